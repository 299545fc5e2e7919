"""An owner's steps of a model in the package: compiled like the rest, and only with what they import."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from sparely.bundle import ModelLoadError
from sparely_toolkit.package.build import build, build_check
from sparely_toolkit.package.bytecode import compiled_path
from sparely_toolkit.package.target import PackageError, Target, this_architecture
from sparely_toolkit.project import Project
from support.stepped import STEPS, put_stepped
from tests.package.conftest import this_python


@pytest.fixture
def target() -> Target:
    return Target(this_architecture(), this_python())


def put_code(project: Project, code: str) -> None:
    """Have the service serve the model with steps alone, with this code."""
    shutil.rmtree(project.models)
    folder = put_stepped(project.models)
    (folder / "steps.py").write_text(code, "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["steps"]["sha256"] = hashlib.sha256(code.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


@pytest.mark.slow
def test_steps_ship_with_their_bytecode(copied: Project, tmp_path: Path, cache: Path, target: Target) -> None:
    """And with the owner's modules that they import; the package starts with them."""
    (copied.source / "pricing.py").write_text("FACTOR = 2\n", "utf-8")
    put_code(copied, f"import pricing\n{STEPS}")

    build(copied, tmp_path / "artifact", target, cache)

    steps = tmp_path / "artifact" / "models" / "toys" / "stepped" / "steps.py"
    assert steps.is_file()
    assert compiled_path(steps).is_file()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["models/toys/stepped/steps.py", "handler/app.py"])
def test_an_import_that_does_not_ship_fails_the_build(
    copied: Project, tmp_path: Path, cache: Path, target: Target, place: str
) -> None:
    """The sentence says which file imports what, and what to do, also of what handler/app.py imports."""
    file = copied.source / place
    put_code(copied, STEPS)
    code = f"import dateful.parser\n{file.read_text('utf-8')}"
    if file.name == "steps.py":
        put_code(copied, code)
    else:
        file.write_text(code, "utf-8")

    with pytest.raises(PackageError) as caught:
        build(copied, tmp_path / "artifact", target, cache)

    between = ": it imports" if file.name == "steps.py" else " imports"
    assert str(caught.value) == (
        f'The package does not start: src/{place}{between} "dateful", which does not ship; '
        "add it to requirements/lambda.in and run make lock, or put the module into src/."
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "def late() -> None:\n    import dateful\n",
            'src/handler/app.py, line 2, imports "dateful", which does not ship; '
            "add it to requirements/lambda.in and run make lock, or put the module into src/.",
        ),
        (
            "import sys\nsys.exit()\n",
            "The package does not start: its code ends the process where it is imported.",
        ),
    ],
)
def test_what_would_fail_at_a_call_fails_the_build(
    copied: Project, tmp_path: Path, cache: Path, target: Target, code: str, sentence: str
) -> None:
    """An import within a function, and an end that looks like a good one."""
    app = copied.source / "handler" / "app.py"
    app.write_text(f"{code}{app.read_text('utf-8')}", "utf-8")

    with pytest.raises(PackageError) as caught:
        build(copied, tmp_path / "artifact", target, cache)

    assert str(caught.value) == sentence


@pytest.mark.slow
def test_the_checks_package_has_rows_and_no_steps(copied: Project, tmp_path: Path, cache: Path, target: Target) -> None:
    """What callers get is in golden.json; the check trusts nothing of the code that makes it."""
    put_code(copied, STEPS)

    build_check(copied, tmp_path / "artifact", target, cache)

    folder = tmp_path / "artifact" / "models" / "toys" / "stepped"
    assert {file.name for file in folder.iterdir()} == {"manifest.json", "golden.json"}


def test_golden_rows_that_cannot_be_read_fail_the_build(
    copied: Project, tmp_path: Path, cache: Path, target: Target
) -> None:
    """The check before traffic asks them, on AWS; it would find nothing to ask with."""
    (copied.models / "winery" / "alcohol" / "golden.json").write_bytes(b"")

    with pytest.raises(ModelLoadError, match=r"winery/alcohol/golden\.json: it is not JSON \(Expecting value"):
        build(copied, tmp_path / "artifact", target, cache)
