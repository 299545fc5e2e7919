"""The package as `sam build` makes it, built once for all tests of it."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from sparely_toolkit.contract.sample_events import STAGES, event, samples
from sparely_toolkit.package.build import build
from sparely_toolkit.package.target import Target
from sparely_toolkit.project import Project
from support.command_line import sparely as sparely
from support.services import baked

ARCHITECTURES = ("x86_64", "arm64")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where installed requirements are kept between builds."""
    return tmp_path_factory.mktemp("installed")


@pytest.fixture(scope="session")
def project() -> Project:
    """A service of the default choices."""
    return baked()


@pytest.fixture(scope="session", params=ARCHITECTURES)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, project: Project, cache: Path
) -> tuple[Path, Target]:
    """The artifact of each architecture for this interpreter's version, and what it was built for."""
    target = Target(request.param, this_python())
    artifact = tmp_path_factory.mktemp("artifact") / target.architecture
    build(project, artifact, target, cache)
    return artifact, target


def this_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="session")
def sample_files(project: Project, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A file for every sample event, in both payload formats."""
    folder = tmp_path_factory.mktemp("events")
    for payload in STAGES:
        for name, how in samples(project.models):
            (folder / f"{name}-{payload}.json").write_text(json.dumps(event(**how, payload=payload)), "utf-8")
    return sorted(folder.iterdir())


@pytest.fixture
def copied(project: Project, tmp_path: Path) -> Project:
    """A service that a test may change: what its package is made of."""
    root = tmp_path / "service"
    shutil.copytree(project.source, root / "src")
    for folder in (project.requirements, project.vendor):
        shutil.copytree(folder, root / folder.name)
    shutil.copy(project.template, root)
    return Project(root)
