"""What all tests of this package share."""

from pathlib import Path

import pytest

from support import order
from support.lambda_context import Context, context  # noqa: F401  # pytest finds the fixture here

# Tests that draw thousands of requests, start processes, or mock AWS; `make fast` leaves them out.
SLOW = (
    "tests/batch/aws/",
    "tests/engine/test_memory.py",
    "tests/engine/test_random_inputs.py",
    "tests/handler/test_accepted.py",
    "tests/handler/test_changed_documents.py",
    "tests/handler/test_lookalikes.py",
    "tests/handler/test_random_bodies.py",
    "tests/handler/test_snapshot.py",
    "tests/handler/test_worst_bodies.py",
    "tests/test_imports.py",
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load nothing that would be left out."""
    return order.is_left_out(collection_path, config, SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and begin with it."""
    order.mark(items, pytest.mark.slow, SLOW)
    order.pytest_collection_modifyitems(items)
