"""A service of each choice of API, whose contract is looked at."""

from typing import Any

import pytest
import yaml

from sparely_toolkit.project import Project
from support.command_line import sparely as sparely
from support.services import APIS, baked


@pytest.fixture(scope="session")
def project() -> Project:
    """A service of the default choices."""
    return baked()


@pytest.fixture(scope="session", params=APIS)
def each_project(request: pytest.FixtureRequest) -> Project:
    """A service of each choice of API."""
    return baked(request.param)


@pytest.fixture(scope="session")
def contract(project: Project) -> dict[str, Any]:
    """openapi.yaml of the default service."""
    content: dict[str, Any] = yaml.load(project.openapi.read_text("utf-8"), yaml.CSafeLoader)
    return content
