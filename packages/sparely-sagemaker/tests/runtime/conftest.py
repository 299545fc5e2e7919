"""An endpoint with its containers, for a test's time."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sparely_sagemaker.runtime.endpoint import Endpoint, Fleet

Running = Callable[..., AbstractAsyncContextManager[Endpoint]]


@pytest.fixture
def running(archives: Path, tmp_path: Path) -> Running:
    """Start an endpoint over the built archives; the limit is the only thing that a test makes shorter."""

    @asynccontextmanager
    async def start(*, limit_s: float = 60.0, single: bool = False, **fleet: Any) -> AsyncIterator[Endpoint]:
        archive = archives / "service.tar.gz" if single else None
        made = Fleet("e", prefix=archives / "models", archive=archive, **fleet)
        endpoint = Endpoint(made, tmp_path / "log", limit_s=limit_s)
        await endpoint.start()
        try:
            yield endpoint
        finally:
            await endpoint.stop()

    return start
