"""Last step of an export: a model's files appear together or not at all."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def to_text(content: Mapping[str, Any]) -> bytes:
    """Return JSON as it stands in the repository: indented by 2, in UTF-8, with a newline at the end."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """
    Write the files as the folder's whole content.

    They are written to a hidden folder beside it, which is then renamed.
    Interrupted before that, the old folder stands untouched; between the two renames,
    it stands as `.<name>.previous`, and the next export puts it back before it begins.
    """
    writing, previous = (folder.with_name(f".{folder.name}.{state}") for state in ("writing", "previous"))
    _recover(folder, writing, previous)
    writing.mkdir(parents=True)
    try:
        for name, content in files.items():
            (writing / name).write_bytes(content)
        if folder.exists():
            folder.rename(previous)
        writing.rename(folder)
    finally:
        _recover(folder, writing, previous)


def _recover(folder: Path, writing: Path, previous: Path) -> None:
    if previous.exists() and not folder.exists():
        previous.rename(folder)
    for leftover in (writing, previous):
        shutil.rmtree(leftover, ignore_errors=True)
