"""What still fits into Lambda's package."""

from pathlib import Path

import pytest

from sparely_export import sizes
from sparely_export.sizes import TooLarge, check_size


def test_small_model_has_no_warning(tmp_path: Path) -> None:
    """Some kB are nothing to speak of."""
    assert check_size("toys/sum", {"model.onnx": b"0" * 1000}, tmp_path) is None


def test_large_model_is_warned_about(tmp_path: Path) -> None:
    """The warning has the size and what makes it smaller."""
    warning = check_size("toys/sum", {"model.onnx": bytes(sizes.LARGE_BYTES + 1)}, tmp_path)

    assert warning is not None
    assert warning.startswith("10 MB is large: it is read and parsed at every cold start. Fewer or shallower trees")


def test_package_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All models count, but for the one that is replaced."""
    monkeypatch.setattr(sizes, "LIMIT_BYTES", sizes.ENGINE_BYTES + 3000)
    for name in ("sum", "product"):
        (tmp_path / "toys" / name).mkdir(parents=True)
        (tmp_path / "toys" / name / "model.onnx").write_bytes(bytes(1500))

    assert check_size("toys/sum", {"model.onnx": bytes(1400)}, tmp_path) is None
    with pytest.raises(TooLarge, match="Nothing was written"):
        check_size("toys/sum", {"model.onnx": bytes(1600)}, tmp_path)
