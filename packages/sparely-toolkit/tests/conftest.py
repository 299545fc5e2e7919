"""What all tests of this package share."""

import threading

import pytest

from sparely_toolkit.cli import progress
from support.lambda_context import Context, context  # noqa: F401  # pytest finds the fixture here
from support.order import pytest_collection_modifyitems  # noqa: F401  # pytest finds the hook here


@pytest.fixture(autouse=True)
def quiet_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a step takes on a busy machine, what a command says is compared whole."""
    monkeypatch.setattr(progress, "SILENT_S", threading.TIMEOUT_MAX)
