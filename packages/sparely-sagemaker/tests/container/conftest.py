"""The container's server as a process, as SageMaker starts it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sparely_sagemaker.runtime.instance import free_port
from sparely_sagemaker.runtime.store import unpack

START_LIMIT_S = 30


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)


class Server:
    """A running container: its process, its port, and requests to it, each on a connection of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def call(self, method: str, path: str, document: Any = None, **headers: str) -> Reply:
        body = None if document is None else document if isinstance(document, bytes) else json.dumps(document).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", body, {"content-type": "application/json", **given}, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return Reply(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), error.read().decode())

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            pid for pid in map(int, children) if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a container with some variables; it has answered a ping when this returns, unless told not to wait."""
    started: list[Server] = []

    def begin(*, wait: bool = True, **variables: str) -> Server:
        port, log = free_port(), tmp_path / f"container-{len(started)}.log"
        environment = {
            **os.environ,
            "SAGEMAKER_BIND_TO_PORT": str(port),
            "CONTAINER_HOST": "127.0.0.1",
            "MODEL_SERVER_WORKERS": "2",
            **variables,
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "sparely_sagemaker.container", "serve"],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        server = Server(process, port, log)
        started.append(server)
        if wait:
            until_answers(server)
        return server

    yield begin
    for server in started:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
            try:
                server.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(server.process.pid, signal.SIGKILL)
                server.process.wait()


def until_answers(server: Server) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if server.call("GET", "/ping").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the container does not answer:\n{server.log.read_text()}")


@pytest.fixture(scope="session")
def unpacked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The built archives as SageMaker unpacks them, by name."""
    folder = tmp_path_factory.mktemp("unpacked")
    found = {}
    for path in archives.rglob("*.tar.gz"):
        name = path.relative_to(archives).as_posix().removeprefix("models/").removesuffix(".tar.gz")
        target = folder / name.replace("/", "-")
        target.mkdir()
        unpack(path, target)
        found[name] = target
    return found
