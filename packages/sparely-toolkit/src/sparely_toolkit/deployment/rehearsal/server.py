"""The local server as a process of its own, with the artifact now live and the new one behind one alias."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sparely_toolkit.deployment.configuration import PROJECT, DeploymentProblem

START_LIMIT_S = 60
LIVE, NEW = "1", "2"


class LocalServer:
    """Talks to `python -m sparely_toolkit.local` over its control routes; `log` has what the function prints."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self.log = log

    def status(self) -> dict[str, Any]:
        """Counts since the start."""
        return self._call("GET", "/-/status")

    def route(self, new_share: float) -> None:
        """Give the new version a share of traffic and the live one the rest."""
        self._call("PUT", "/-/weights", {LIVE: 1 - new_share, NEW: new_share})

    def _call(self, method: str, path: str, document: Any = None) -> dict[str, Any]:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.url}{path}", body, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found


@contextlib.contextmanager
def serving(live: Path, new: Path, config_env: str, log: Path) -> Iterator[LocalServer]:
    """
    Serve two artifacts until the block ends; the new one gets nothing yet.

    Args:
        live: a built template.
        new: a built template, or a folder that `sam build` made of the function.
        log: a file for all that the server and the function print.

    Raises:
        DeploymentProblem: the server does not start; the message has its output.
    """
    port = _free_port()
    command = [sys.executable, "-m", "sparely_toolkit.local", "--port", str(port), "--config-env", config_env]
    command += ["--template", str(live), "--with", str(new), "--no-auth"]
    with log.open("w") as output, subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=output) as process:
        server = LocalServer(f"http://127.0.0.1:{port}", log)
        try:
            _wait(server, process, log)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(server: LocalServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.status()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise DeploymentProblem(f"The local server did not start:\n{log.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
