"""What all tests of the package share: the add-on in a baked service, and what its build leaves."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from sparely_sagemaker.add_on import AddOn
from support import lambda_context, order, sagemaker  # noqa: F401  # sets what the handler reads when it is loaded
from support.command_line import sparely as sparely

# Tests that lint whole templates, draw charts, or start processes; `make fast` leaves them out.
SLOW = ("tests/compare/test_report.py", "tests/container/test_multi_model.py", "tests/test_templates.py")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load nothing that would be left out."""
    return order.is_left_out(collection_path, config, SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, as is all that needs the built add-on, and begin with it."""
    order.mark(items, pytest.mark.slow, SLOW)
    for item in items:
        if isinstance(item, pytest.Function) and "built" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
    order.pytest_collection_modifyitems(items)


@pytest.fixture(scope="session")
def added() -> AddOn:
    """The add-on in a service."""
    return sagemaker.added()


@pytest.fixture(scope="session")
def built() -> AddOn:
    """The same with all that it serves and uploads."""
    return sagemaker.built()


@pytest.fixture(scope="session")
def archives(built: AddOn) -> Path:
    """The built archives."""
    return built.archives


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end."""
    return asyncio.run
