"""The clients of registries, which this repository's environment does not have by itself."""

import sys
from collections.abc import Iterator

import pytest

from support.registries import clients


@pytest.fixture(scope="session")
def with_clients() -> Iterator[None]:
    """MLflow's client and that of the Hugging Face Hub can be imported; all else is as it is without them."""
    folder = str(clients())
    sys.path.append(folder)
    yield
    sys.path.remove(folder)
