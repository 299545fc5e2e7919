"""The three architectures on this machine, each behind a URL."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.built.conftest import Api, free_port, wait_for_port

ADDED = Path(__file__).resolve().parents[2]
SERVICE = ADDED.parent
COMMANDS = {
    "lambda": ["-m", "sparely_toolkit.local"],
    "multi-model": ["-m", "architectures", "multi-model", "--workers", "1"],
    "direct": ["-m", "architectures", "direct", "--workers", "1"],
}


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Api]]:
    """Start an architecture when it is first asked for, and keep it until the tests end."""
    if not (SERVICE / ".aws-sam" / "build" / "template.yaml").is_file():
        pytest.skip("the service is not built; `make build` builds it")
    running: dict[str, Api] = {}
    with contextlib.ExitStack() as stack:

        def get(name: str) -> Api:
            if name not in running:
                running[name] = stack.enter_context(_serving(name, tmp_path_factory.mktemp(name) / "log"))
            return running[name]

        yield get


@contextlib.contextmanager
def _serving(name: str, log: Path) -> Iterator[Api]:
    port = free_port()
    path = [ADDED / ".packages", ADDED, SERVICE, SERVICE / "src"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "AWS_DEFAULT_REGION": "us-east-1"}
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, *COMMANDS[name], "--port", str(port)],
            cwd=SERVICE,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for_port(port, server, log)
        yield Api(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def url(api: Api) -> str:
    """Where it answers."""
    return api.url


@pytest.fixture(scope="module", params=sorted(COMMANDS))
def api(request: pytest.FixtureRequest, serve: Callable[[str], Api]) -> Api:
    """One of the architectures; the service's own tests take it as theirs."""
    return serve(request.param)
