"""What all tests of the add-on share: where things lie, and the environment that the handler wants."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tests")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Predictions")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

ADDED = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def added() -> Path:
    """The folder that the add-on brought."""
    return ADDED


@pytest.fixture(scope="session")
def service() -> Path:
    """The service that it was added to."""
    return ADDED.parent


@pytest.fixture(scope="session")
def archives() -> Path:
    """The built archives."""
    folder = ADDED / ".build" / "archives"
    if not folder.is_dir():
        pytest.skip("nothing is built; `make -C sagemaker test` builds first")
    return folder


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end."""
    return asyncio.run
