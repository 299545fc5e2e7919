"""What an owner's file that cannot be compiled or imported is told by, when the package is built."""

import sys
from pathlib import Path

import pytest

from sparely_toolkit.package.build import compile_source, start
from sparely_toolkit.package.target import PackageError, Target, this_architecture

TARGET = Target(this_architecture(), f"{sys.version_info.major}.{sys.version_info.minor}")


def artifact(folder: Path, text: str) -> Path:
    """A package that has only an owner's app.py."""
    (folder / "handler").mkdir()
    (folder / "handler" / "app.py").write_text(text, "utf-8")
    return folder


@pytest.mark.skipif(not TARGET.is_this_machine, reason="Lambda runs on Linux")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import os\nfrom json import nope\n", "line 2: ImportError: cannot import name 'nope' from 'json'"),
        ("1 / 0\n", "line 1: ZeroDivisionError: division by zero"),
    ],
)
def test_file_that_fails_when_it_is_imported_is_told_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    """In one sentence, not as a traceback."""
    with pytest.raises(PackageError) as caught:
        start(artifact(tmp_path, text), TARGET, tmp_path)

    assert str(caught.value).startswith(f"The package does not start: src/handler/app.py, {reason}")
    assert "\n" not in str(caught.value)


def test_file_that_is_no_python_is_told_with_its_line(tmp_path: Path) -> None:
    """Its name is the one that the owner knows."""
    with pytest.raises(PackageError) as caught:
        compile_source(artifact(tmp_path, "import os\ndef (\n"))

    assert str(caught.value) == "src/handler/app.py, line 2: invalid syntax, so the package cannot be built."
