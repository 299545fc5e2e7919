"""What the owner puts below src/ ships, under the name that it has there."""

from pathlib import Path

import pytest

from sparely_toolkit.package.build import package, take_source
from sparely_toolkit.package.target import PackageError
from sparely_toolkit.project import Project


def test_modules_packages_and_files_of_the_owner_ship(copied: Project, tmp_path: Path) -> None:
    """Beside handler/ and models/, whatever lies there."""
    for name in ("rules.py", "pricing/__init__.py", "pricing/table.csv"):
        (copied.source / name).parent.mkdir(exist_ok=True)
        (copied.source / name).touch()

    take_source(copied, tmp_path / "artifact")

    assert {each.name for each in (tmp_path / "artifact").iterdir()} == {"handler", "models", "pricing", "rules.py"}
    assert {each.name for each in (tmp_path / "artifact" / "pricing").iterdir()} == {"__init__.py", "table.csv"}


@pytest.mark.parametrize(
    "name", [".DS_Store", "rules.pyc", "__pycache__/rules.cpython-313.pyc", "models/.cache/x", "handler/py.typed"]
)
def test_hidden_files_and_caches_do_not_ship(copied: Project, tmp_path: Path, name: str) -> None:
    """What a desktop or an interpreter leaves behind would change the bytes."""
    take_source(copied, tmp_path / "clean")
    (copied.source / name).parent.mkdir(exist_ok=True)
    (copied.source / name).touch()

    take_source(copied, tmp_path / "artifact")

    shipped, clean = (sorted(each.name for each in (tmp_path / of).rglob("*")) for of in ("artifact", "clean"))
    assert shipped == clean


@pytest.mark.parametrize("name", ["sparely", "NOTICE", "lib"])
def test_a_name_that_ships_already_is_refused(copied: Project, tmp_path: Path, name: str) -> None:
    """One of the two would be overwritten."""
    (copied.source / name).mkdir()
    for taken in ("sparely", "lib"):
        (tmp_path / "artifact" / taken).mkdir(parents=True)

    with pytest.raises(PackageError) as caught:
        take_source(copied, tmp_path / "artifact")

    assert str(caught.value) == f"src/{name} has the name of something else that ships; give it another."


@pytest.mark.parametrize("name", ["json.py", "calendar/__init__.py"])
def test_a_name_of_pythons_own_is_refused(copied: Project, tmp_path: Path, name: str) -> None:
    """What ships is found first, so all that imports json would get the owner's."""
    (copied.source / name).parent.mkdir(exist_ok=True)
    (copied.source / name).touch()

    with pytest.raises(PackageError) as caught:
        take_source(copied, tmp_path / "artifact")

    part = name.partition("/")[0]
    assert str(caught.value) == f"src/{part} has the name of a module of Python's own, and hides it; give it another."


def test_a_function_that_is_not_ours_is_refused(copied: Project, tmp_path: Path) -> None:
    """template.yaml gave a function of its owner our build method."""
    with pytest.raises(PackageError) as caught:
        package(copied, "Nightly", tmp_path / "artifact", tmp_path / "cache")

    assert str(caught.value) == (
        "template.yaml: Nightly is not a function that sparely packages; "
        "PredictFunction, BatchFunction, CheckNewVersion, CheckAlias are."
    )
