"""The package as `sam build` makes it, built once for all tests of it."""

import sys
from pathlib import Path

import pytest

from sparely_toolkit.package.build import build
from sparely_toolkit.package.target import Target

PROJECT = Path(__file__).resolve().parents[2]
ARCHITECTURES = ("x86_64", "arm64")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where installed requirements are kept between builds."""
    return tmp_path_factory.mktemp("installed")


@pytest.fixture(scope="session", params=ARCHITECTURES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cache: Path) -> tuple[Path, Target]:
    """The artifact of each architecture for this interpreter's version, and what it was built for."""
    target = Target(request.param, this_python())
    artifact = tmp_path_factory.mktemp("artifact") / target.architecture
    build(PROJECT, artifact, target, cache)
    return artifact, target


def this_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
