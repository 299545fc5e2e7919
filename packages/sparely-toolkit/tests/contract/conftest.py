"""A service of each choice of API, whose contract is looked at."""

from typing import Any

import pytest
import yaml

from sparely_toolkit.project import Project
from support.command_line import sparely as sparely
from support.services import APIS, baked

WRITTEN_ANEW = {"test_own_routes.py", "test_regenerate.py"}
"""Where each test writes a service's whole contract."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test of those with one API in turn; with all of them in `make soak`."""
    places: dict[str, int] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.path.name in WRITTEN_ANEW and "each_project" in item.fixturenames:
            place = places.setdefault(item.originalname, len(places))
            if item.callspec.params["each_project"] != APIS[place % len(APIS)]:
                item.add_marker(pytest.mark.soak)


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
