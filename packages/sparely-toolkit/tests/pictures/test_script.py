"""The script that a page carries is put together once, by whichever command is the first."""

from pathlib import Path

import pytest
import vl_convert

from sparely_toolkit.pictures import drawing


@pytest.mark.slow
def test_it_is_put_together_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process takes what the first has made, to the letter; a broken cache is none."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made: list[str] = []
    bundle = vl_convert.javascript_bundle

    def counted(snippet: str, vl_version: str) -> str:
        made.append(bundle(snippet, vl_version=vl_version))
        return made[-1]

    monkeypatch.setattr(vl_convert, "javascript_bundle", counted)
    drawing.library.cache_clear()
    first = drawing.library()
    drawing.library.cache_clear()

    assert drawing.library() == first
    assert len(made) == 1
    assert made[0] in first

    (kept,) = (tmp_path / "sparely").iterdir()
    kept.write_bytes(b"\xff")
    drawing.library.cache_clear()
    assert drawing.library() == first
    assert len(made) == 2
