"""What the checks know of the models."""

from pathlib import Path

import pytest

from sparely.golden import NoGoldenRows, load_golden


def test_a_package_without_rows_is_refused(tmp_path: Path) -> None:
    """A check of nothing would always pass."""
    with pytest.raises(NoGoldenRows) as caught:
        load_golden(tmp_path)

    assert str(caught.value) == f"{tmp_path} holds no manifest.json with a golden.json beside it."
