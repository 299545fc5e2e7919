"""What an owner's file that cannot be compiled or imported is told by, when the package is built."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from sparely_toolkit.package.build import compile_source, start
from sparely_toolkit.package.target import PackageError, Target, this_architecture
from support.toys import toy_manifest, toy_model

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


@pytest.mark.skipif(not TARGET.is_this_machine, reason="Lambda runs on Linux")
@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("Thrice", 'Its output "variable" has shape [3, 1] for 1 rows.'),
        ("Fails", "onnxruntime"),
        ("", None),
    ],
)
def test_graph_that_answers_otherwise_than_it_declares_is_told(
    then: str, reason: str | None, built: tuple[Path, Target], tmp_path: Path
) -> None:
    """No look at it shows that; it is asked a golden row when the package is built, not by the first caller."""
    package, target = built
    shutil.copytree(package, tmp_path / "artifact", copy_function=os.symlink, ignore=shutil.ignore_patterns("models"))
    folder = tmp_path / "artifact" / "models" / "toys" / "sum"
    folder.mkdir(parents=True)
    content = toy_model(2, then)
    (folder / "model.onnx").write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps(toy_manifest("toys", "sum", content)), "utf-8")
    (tmp_path / "artifact" / "handler" / "app.py").unlink()
    shutil.copyfile(package / "handler" / "app.py", tmp_path / "artifact" / "handler" / "app.py")
    rows = {"toys/sum": {"a": 1.0, "b": 2.0}}

    if reason is None:
        start(tmp_path / "artifact", target, tmp_path, rows)
        return
    with pytest.raises(PackageError) as caught:
        start(tmp_path / "artifact", target, tmp_path, rows)

    said = str(caught.value)
    assert said.startswith("The package does not start: src/models/toys/sum/model.onnx: asked its first golden row: ")
    assert reason in said
