"""`python -m sparely_toolkit.local` as a process of its own."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME
from tests.local.serving import alive, until

PROJECT = Path(__file__).resolve().parents[2]


class Command:
    """The command line at work; its lines are kept."""

    def __init__(self, *arguments: str) -> None:
        # A killed server leaves its temporary folders behind.
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sparely_toolkit.local", "--port", "0", *arguments],
            cwd=PROJECT,
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
def command(template: Path, tmp_path: Path) -> Iterator[Command]:
    running = Command("--template", str(template), "--samconfig", str(tmp_path / "samconfig.toml"))
    yield running
    running.close()


def test_command_says_where_it_serves_and_what(command: Command) -> None:
    """The ready line has the function and the address; the routes follow."""
    port = command.port
    until(lambda: len(command.lines) >= 6)

    assert command.lines[1:] == [
        f"Serving {command.lines[1].split()[1]} on http://127.0.0.1:{port}",
        f"Pages: http://127.0.0.1:{port}/ is what happens here, http://127.0.0.1:{port}/docs the API to try out",
        "  GET    /models",
        "  POST   /predict/{area}",
        "  POST   /predict/{area}/{model}",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_command_and_its_environments(command: Command, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end with 0 and leave no process."""
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


def test_missing_build_is_a_sentence(tmp_path: Path) -> None:
    """Without a built template the command ends with 1 and says what to do."""
    path = tmp_path / "template.yaml"

    done = subprocess.run(
        [sys.executable, "-m", "sparely_toolkit.local", "--template", str(path)], cwd=PROJECT, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{path}: no built template. Run `sam build` (or `make build`) first.\n"
