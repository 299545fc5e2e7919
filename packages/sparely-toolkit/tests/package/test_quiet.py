"""The package talks to nobody and leaves nothing behind: onnxruntime 1.29 and later would send telemetry."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sparely_toolkit.package.target import Target

CONNECTING = (b"\0connect\0", b"\0getaddrinfo\0", b"\0sendto\0", b"\0socket\0")
SERVE = """
import json, os, sys, threading
from pathlib import Path
import handler.app
class Context:
    aws_request_id = "00000000-0000-4000-8000-000000000000"
def seen():
    links = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if os.path.islink(f"/proc/self/fd/{name}")]
    tasks = len(os.listdir("/proc/self/task"))
    return [link for link in links if link.startswith("socket:")], tasks
sockets, tasks = set(), 0
for file in sys.argv[1:]:
    handler.app.lambda_handler(json.loads(Path(file).read_text("utf-8")), Context)
    open_now, tasks_now = seen()
    sockets.update(open_now)
    tasks = max(tasks, tasks_now)
print("SEEN", json.dumps([sorted(sockets), tasks, os.environ["ORT_DISABLE_TELEMETRY"]]))
"""
ASK_WITH_SECRETS = """
import json, sys
from pathlib import Path
import handler.app
class Context:
    aws_request_id = "00000000-0000-4000-8000-000000000000"
secret = {name: "let-me-in" for name in ("authorization", "x-api-key", "cookie")}
for file in sys.argv[1:]:
    event = json.loads(Path(file).read_text("utf-8"))
    event["headers"] = {**(event.get("headers") or {}), **secret}
    event["cookies"] = ["session=let-me-in"]
    event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": "let-me-in"}}}
    event["requestContext"].setdefault("identity", {})["apiKey"] = "let-me-in"
    handler.app.lambda_handler(event, Context)
try:
    handler.app.lambda_handler({"headers": secret}, Context)
except Exception as refusal:
    print(refusal)
else:
    sys.exit("It is no request.")
"""


def test_the_engine_cannot_open_a_connection(built: tuple[Path, Target]) -> None:
    """The library does not even import the system's socket functions; 1.31.1 imports all of these."""
    (library,) = (built[0] / "lib").iterdir()
    content = library.read_bytes()

    assert [name for name in CONNECTING if name in content] == []


def test_serving_opens_no_socket_starts_no_thread_and_writes_no_file(
    built: tuple[Path, Target], sample_files: list[Path], tmp_path: Path
) -> None:
    """With CI unset, which would silence telemetry, every event is answered in silence."""
    artifact, target = built
    if not target.is_this_machine:
        pytest.skip(f"{target.architecture} code does not run on this machine")
    events = [str(file) for file in sample_files]
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "PYTHONPATH": str(artifact),
        "POWERTOOLS_METRICS_NAMESPACE": "tests",
        "HOME": str(home),
        "TMPDIR": str(home),
    }
    command = [sys.executable, "-S", "-B", "-c", SERVE, *events]

    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=True)

    told = next(line for line in done.stdout.splitlines() if line.startswith("SEEN"))
    assert json.loads(told.removeprefix("SEEN ")) == [[], 1, "1"]
    assert list(home.iterdir()) == []


def test_what_a_caller_sends_to_be_let_in_is_not_logged(built: tuple[Path, Target], sample_files: list[Path]) -> None:
    """Neither good requests nor faults nor a failure bring a token, a key or a cookie into the log."""
    artifact, target = built
    if not target.is_this_machine:
        pytest.skip(f"{target.architecture} code does not run on this machine")
    events = [str(file) for file in sample_files]
    environment = {
        "PYTHONPATH": str(artifact),
        "POWERTOOLS_METRICS_NAMESPACE": "tests",
        "POWERTOOLS_LOG_LEVEL": "DEBUG",
    }
    command = [sys.executable, "-S", "-B", "-c", ASK_WITH_SECRETS, *events]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert "The event" in done.stdout
    assert "let-me-in" not in done.stdout + done.stderr
