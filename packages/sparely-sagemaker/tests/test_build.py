"""`sparely sagemaker build`: all that is served and uploaded, written anew where something has changed."""

import shutil
from pathlib import Path

import pytest

from sparely_sagemaker.add_on import AddOn
from sparely_toolkit.project import Project
from support.command_line import Sparely


@pytest.fixture
def copied(built: AddOn, tmp_path: Path) -> AddOn:
    """The built add-on in a service that may be changed."""
    return AddOn(Project(shutil.copytree(built.project.root, tmp_path / "service", symlinks=True)))


def written(add_on: AddOn) -> dict[str, int]:
    """When each built file was written."""
    files = [file for file in add_on.built.rglob("*") if file.is_file()]
    return {file.relative_to(add_on.built).as_posix(): file.stat().st_mtime_ns for file in files}


def test_it_tells_sizes_and_the_release(sparely: Sparely, built: AddOn) -> None:
    """The release's name is the prefix that the archives are uploaded under."""
    outcome = sparely("sagemaker", "build", service=built.project.root)

    archives = {file.relative_to(built.archives).as_posix() for file in built.archives.rglob("*.tar.gz")}
    *sizes, release, image = outcome.out.splitlines()
    assert {line.split()[-1] for line in sizes} == archives
    assert release == f"release {built.release.read_text('utf-8')}"
    assert image.startswith("Image's content: ")


def test_nothing_is_written_where_nothing_has_changed(sparely: Sparely, copied: AddOn) -> None:
    """A second build is a look at what there is."""
    before = written(copied)

    sparely("sagemaker", "build", service=copied.project.root)

    assert written(copied) == before


def test_a_changed_model_is_built_anew(sparely: Sparely, copied: AddOn) -> None:
    """Its archives and the thin function's copy of its manifest; the release gets another name."""
    before = copied.release.read_text("utf-8")
    manifest = copied.project.models / "winery" / "alcohol" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8") + " ", "utf-8")

    outcome = sparely("sagemaker", "build", service=copied.project.root)

    assert outcome.exit_code == 0, outcome.err
    assert copied.release.read_text("utf-8") != before
    packed = copied.thin_template.parent / "ProxyFunction" / "models" / "winery" / "alcohol" / "manifest.json"
    assert packed.read_bytes() == manifest.read_bytes()
