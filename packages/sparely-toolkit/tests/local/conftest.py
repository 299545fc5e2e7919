import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import template
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.samconfig import Stage
from tests.local import function
from tests.local.serving import Served

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower(), "x86_64")

Build = Callable[..., Deployment]
Serve = Callable[..., Served]
Change = Callable[[Deployment], Deployment]


def stage_of(parameters: dict[str, str] | None = None) -> Stage:
    """The stage that the tests' functions are served as."""
    return Stage(stack_name="tests", region="eu-west-1", overrides=parameters or {})


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Write a built function and read its template."""

    def make(parameters: dict[str, str] | None = None, **settings: Any) -> Deployment:
        settings = {"runtime": RUNTIME, "architecture": ARCHITECTURE, **settings}
        path = function.build(tmp_path / "built", **settings)
        return template.read(path, stage_of(parameters))

    return make


@pytest.fixture
def serve(build: Build) -> Iterator[Serve]:
    """Serve a built function until the test ends."""
    running: list[Served] = []

    def start(parameters: dict[str, str] | None = None, **settings: Any) -> Served:
        names = (
            "concurrency",
            "idle_s",
            "init_limit_s",
            "quiet",
            "memory",
            "access",
            "throttle_routes",
            "contract",
            "issuer",
        )
        options = {name: settings.pop(name) for name in names if name in settings}
        change: Change = settings.pop("change", lambda deployment: deployment)
        running.append(Served(change(build(parameters, **settings)), **options))
        return running[-1]

    yield start
    for served in running:
        served.stop()
