"""What asks a new version ships without the engine: its own modules, and what every model must answer."""

import re
from pathlib import Path

import pytest

from sparely_toolkit.package.build import build_check
from sparely_toolkit.package.check_modules import modules_of_check
from sparely_toolkit.package.target import PackageError, Target
from sparely_toolkit.project import Project
from tests.package.conftest import this_python


@pytest.fixture(scope="session")
def check(project: Project, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the checks."""
    artifact = tmp_path_factory.mktemp("artifact") / "check"
    build_check(project, artifact, Target("x86_64", this_python()), cache)
    return artifact


def put(tree: Path, **modules: str) -> Path:
    """An installed tree of these modules; two underscores part a folder from a name."""
    for name, text in {"__init__": "", "check__/__init__": "", **modules}.items():
        file = tree / "sparely" / f"{name.replace('__/', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tree


def names(tree: Path) -> set[str]:
    return {file.relative_to(tree / "sparely").as_posix() for file in modules_of_check(tree)}


def test_it_has_no_engine_and_no_handler(check: Path) -> None:
    """It trusts nothing of what it asks."""
    assert {each.name for each in (check / "sparely").iterdir()}.isdisjoint({"engine", "handler", "service.py"})
    assert not list(check.rglob("*.so*"))


def test_it_has_the_answers_of_every_model_and_no_model(check: Path, project: Project) -> None:
    """A manifest and golden rows each."""
    files = {each.relative_to(check).as_posix() for each in (check / "models").rglob("*") if each.is_file()}

    assert files == {
        file.with_name(name).relative_to(project.source).as_posix()
        for file in project.models.glob("*/*/model.onnx")
        for name in ("manifest.json", "golden.json")
    }


def test_two_builds_are_byte_equal(check: Path, project: Project, cache: Path, tmp_path: Path) -> None:
    """For the other check, too: the same inputs give the same files, so an unchanged rebuild publishes nothing."""
    build_check(project, tmp_path / "again", Target("x86_64", this_python()), cache)

    first, second = (
        {each.relative_to(root): (each.read_bytes(), each.stat().st_mode) for each in root.rglob("*") if each.is_file()}
        for root in (check, tmp_path / "again")
    )
    assert first == second


def test_imports_are_followed_into_functions_and_packages(tmp_path: Path) -> None:
    """Whatever an import statement names comes along, with the packages that it lies in."""
    tree = put(
        tmp_path,
        **{
            "check__/app": "from sparely.check import report\n\ndef work():\n    import sparely.deep.tool\n",
            "check__/report": "from sparely.golden import load",
            "golden": "import json",
            "deep__/__init__": "",
            "deep__/tool": "",
            "unused": "",
        },
    )

    assert names(tree) == {
        "__init__.py", "check/__init__.py", "check/app.py", "check/report.py", "golden.py", "deep/__init__.py",
        "deep/tool.py",
    }  # fmt: skip


def test_what_is_loaded_on_demand_stays_behind(tmp_path: Path) -> None:
    """The package's own names are for services, and types are for type checkers."""
    tree = put(
        tmp_path,
        **{
            "__init__": "def __getattr__(name):\n    from sparely.service import Service\n",
            "check__/app": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sparely.engine import Tensor\n",
            "service": "",
            "engine": "",
        },
    )

    assert names(tree) == {"__init__.py", "check/__init__.py", "check/app.py"}


def test_requirements_without_the_check_are_refused(copied: Project, cache: Path, tmp_path: Path) -> None:
    """The check of the builder's own environment is not what was locked."""
    lock = copied.requirements / "lambda.txt"
    lock.write_text(re.sub(r"sparely==.*\n( .*\n)+", "", lock.read_text("utf-8")), "utf-8")

    with pytest.raises(PackageError) as caught:
        build_check(copied, tmp_path / "artifact", Target("x86_64", this_python()), cache)

    assert str(caught.value) == (
        "requirements/lambda.txt locks no sparely.check.app; put sparely into lambda.in and run `make lock`."
    )
