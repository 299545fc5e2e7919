"""Files that appear together or not at all."""

from pathlib import Path
from typing import Any

import pytest

from sparely_export.writing import replace_folder, to_text


def content(folder: Path) -> dict[str, str]:
    """Return every file below the folder, by its path."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_json_is_readable_utf8() -> None:
    """JSON is indented by 2, keeps letters as they are and ends in a newline."""
    assert to_text({"unité": [0.1]}) == '{\n  "unité": [\n    0.1\n  ]\n}\n'.encode()


def test_folder_is_replaced_whole(tmp_path: Path) -> None:
    """Files that the new model does not have are gone, and nothing else is left beside it."""
    replace_folder(tmp_path / "area" / "model", {"old": b"1"})

    replace_folder(tmp_path / "area" / "model", {"new": b"2"})

    assert content(tmp_path) == {"area/model/new": "2"}
    assert [path.name for path in (tmp_path / "area").iterdir()] == ["model"]


def test_interrupted_writing_leaves_the_old_model(tmp_path: Path) -> None:
    """When a file cannot be written the old ones stand, and no half of the new ones."""
    replace_folder(tmp_path / "model", {"old": b"1"})
    unwritable: Any = "text where bytes belong"

    with pytest.raises(TypeError):
        replace_folder(tmp_path / "model", {"new": b"2", "broken": unwritable})

    assert content(tmp_path) == {"model/old": "1"}


def test_model_is_put_back_after_a_crash_between_the_renames(tmp_path: Path) -> None:
    """What a killed export set aside is the model again, even if this export fails too."""
    (tmp_path / ".model.previous").mkdir()
    (tmp_path / ".model.previous" / "old").write_bytes(b"1")
    (tmp_path / ".model.writing").mkdir()
    unwritable: Any = None

    with pytest.raises(TypeError):
        replace_folder(tmp_path / "model", {"broken": unwritable})

    assert content(tmp_path) == {"model/old": "1"}
