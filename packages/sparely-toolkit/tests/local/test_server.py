"""`sparely run` as a process of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.signals import in_a_terminal as in_a_terminal
from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME, Build
from tests.local.serving import alive, until

RUN = [sys.executable, "-m", "sparely_toolkit", "run"]


class Command:
    """The command line at work; its lines are kept."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        # A killed server leaves its temporary folders behind.
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [*RUN, "--port", "0", *arguments],
            cwd=folder,
            env={**os.environ, "TMPDIR": self._folder.name},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend([])
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def port(self) -> int:
        """The port that the ready line names."""
        until(lambda: any(line.startswith("Serving") for line in self.lines))
        ready = next(line for line in self.lines if line.startswith("Serving"))
        return int(ready.rpartition(":")[2])

    def order(self, do: str) -> dict[str, object]:
        """Make the function do something."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"content-type": "application/json"}
        connection.request("POST", "/predict/a", json.dumps({"do": do}), headers)
        answer: dict[str, object] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def close(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._folder.cleanup()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return function.build(tmp_path / "built", runtime=RUNTIME, architecture=ARCHITECTURE)


@pytest.fixture
def command(in_a_terminal: None, template: Path, tmp_path: Path) -> Iterator[Command]:
    running = Command(tmp_path, "--template", str(template))
    yield running
    running.close()


def test_command_says_where_it_serves_and_what(command: Command) -> None:
    """The ready line has the function and the address; the routes follow."""
    port = command.port
    until(lambda: len(command.lines) >= 6)

    assert command.lines[1:] == [
        f"Serving built/EchoFunction on http://127.0.0.1:{port}",
        f"Pages: http://127.0.0.1:{port}/ is what happens here, http://127.0.0.1:{port}/docs the API to try out",
        "  GET    /models",
        "  POST   /predict/{area}",
        "  POST   /predict/{area}/{model}",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_command_and_its_environments(command: Command, number: signal.Signals) -> None:
    """Ctrl-C, SIGTERM and a closed terminal end with 0 and leave no process."""
    pid = int(str(command.order("who")["pid"]))

    command.process.send_signal(number)

    assert command.process.wait(20) == 0
    assert not alive(pid)


def test_killed_command_leaves_no_environment(command: Command) -> None:
    """After kill -9 of the server even a function that hangs is ended."""
    pid = int(str(command.order("who")["pid"]))
    hanging = threading.Thread(target=lambda: _ignore(command), daemon=True)
    hanging.start()

    os.kill(command.process.pid, signal.SIGKILL)

    until(lambda: not alive(pid))
    hanging.join(20)


def _ignore(command: Command) -> None:
    try:
        command.order("hang")
    except (OSError, http.client.HTTPException):
        return


def test_missing_build_is_a_sentence(sparely: Sparely, tmp_path: Path) -> None:
    """Without a built template the command ends with 3 and says what to do."""
    path = tmp_path / "template.yaml"

    done = sparely("run", "--template", path)

    assert (done.exit_code, done.out) == (3, "")
    assert done.err == f"{path}: no built template; `sparely build` makes it.\n"


def test_taken_port_is_a_sentence(sparely: Sparely, template: Path) -> None:
    """Where somebody listens already the command ends with 3, and leaves nothing behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = sparely("run", "--template", template, "--port", port)

    assert (done.exit_code, done.out) == (3, "")
    assert done.err == (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use; --port names another port, and 0 a free one "
        "(make run PORT=3001).\n"
    )


def test_second_version_that_is_none_is_a_sentence(sparely: Sparely, template: Path) -> None:
    """A path without a version ends the command with 3."""
    done = sparely("run", "--template", template, "--port", "0", "--with", "/nowhere")

    assert (done.exit_code, done.out) == (3, "")
    assert done.err == "/nowhere: expected a built template.yaml, or the folder of an artifact.\n"


@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.1"])
def test_an_address_of_another_machine_is_told(sparely: Sparely, build: Build, host: str) -> None:
    """Another port would not help."""
    path = build().function.artifact.parent / "template.yaml"

    done = sparely("run", "--template", path, "--host", host, "--port", "0")

    assert done.exit_code == 3
    assert done.err.startswith(f"Cannot listen on {host}:0: ")
    assert done.err.endswith("--host names one, such as 127.0.0.1, or 0.0.0.0 for all of them.\n")
