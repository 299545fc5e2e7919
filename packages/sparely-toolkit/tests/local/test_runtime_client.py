"""What takes the place of the part of AWS' runtime client that is compiled for Linux alone."""

import importlib.util
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import runtime_client, sandbox
from sparely_toolkit.local.runtime_api import ANSWER_LIMIT_BYTES
from support.servers import answering
from tests.local.conftest import Serve
from tests.local.function import HANDLER

OURS = Path(runtime_client.__file__)
COMPILED = importlib.util.find_spec("runtime_client")
CALLS = """
import json, runtime_client
runtime_client.initialize_client("aws-lambda-python/3.13")
body, headers = runtime_client.next()
told = [[body.decode(), headers]]
for call, arguments in (
    ("post_invocation_result", ("one", b'{"a": "\\xc3\\xa9\\x00"}', "application/json", "again")),
    ("post_invocation_result", ("two", b"", "application/octet-stream", None)),
    ("post_error", ("three", '{"errorType": "X"}', '{"cause": 1}', "again")),
    ("post_error", ("four", '{"errorType": "\\u00e9"}', "", None)),
):
    try:
        told.append(getattr(runtime_client, call)(*arguments))
    except RuntimeError:
        told.append("refused")
print("TOLD", json.dumps(told))
"""
EVENT_HEADERS = {
    "Lambda-Runtime-Aws-Request-Id": "one",
    "Lambda-Runtime-Deadline-Ms": "1796000000123",
    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
    "Lambda-Runtime-Trace-Id": "Root=1-2-3",
    "Lambda-Runtime-Invocation-Id": "again",
    "Content-Type": "application/json",
}
NEITHER = {"host", "accept", "accept-encoding", "connection", "content-length", "expect", "transfer-encoding"}
"""Headers that say how something is sent, not what."""


class RuntimeApi(HTTPServer):
    """Answers as Lambda's does, with one event and then a status for all that is posted; remembers what came."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.status = status
        self.came: list[tuple[str, str, bytes, dict[str, str]]] = []


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        self._note(b"")
        self._answer(200, b'{"n": 1}', EVENT_HEADERS)

    def do_POST(self) -> None:
        self._note(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(self.server.status, b"{}", {})

    def log_message(self, *_: object) -> None:
        """Leave the tests' output alone."""

    def _note(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in NEITHER}
        self.server.came.append((self.command, self.path, body, headers))

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def exchange(folder: Path | None, status: int = 202) -> tuple[Any, list[tuple[str, str, bytes, dict[str, str]]]]:
    """Make all calls with the client of a folder, the compiled one without; give what it told and what came."""
    server = RuntimeApi(status)
    with answering(server):
        done = subprocess.run(
            [sys.executable, "-P", "-c", CALLS],
            env={
                **os.environ,
                "PYTHONPATH": str(folder or ""),
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
            },
            capture_output=True,
            text=True,
            check=True,
        )
    (told,) = (line for line in done.stdout.splitlines() if line.startswith("TOLD"))
    return json.loads(told.removeprefix("TOLD")), server.came


@pytest.fixture
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the runtime client as where nothing of it is compiled."""
    top_level = sandbox._top_level
    monkeypatch.setattr(
        sandbox,
        "_top_level",
        lambda package: {path for path in top_level(package) if not path.name.startswith("runtime_client.")},
    )
    folder = tmp_path / "client"
    folder.mkdir()
    sandbox.link_runtime_client(folder)
    return folder


@pytest.mark.skipif(COMPILED is None, reason="awslambdaric has compiled nothing on this system")
@pytest.mark.parametrize("status", [202, 400, 413, 500])
def test_it_asks_and_tells_what_the_compiled_one_does(linked: Path, status: int) -> None:
    """The same requests reach the Runtime API, and the same comes back, refused or not."""
    told, came = exchange(linked, status)
    told_by_compiled, came_by_compiled = exchange(None, status)

    assert told == told_by_compiled
    assert came == came_by_compiled
    assert len(came) == 5


def test_it_is_linked_where_nothing_is_compiled(linked: Path) -> None:
    """And only there: the compiled one is AWS' own."""
    assert (linked / "runtime_client.py").resolve() == OURS.resolve()
    assert (linked / "awslambdaric").is_dir()


@pytest.mark.skipif(COMPILED is None, reason="awslambdaric has compiled nothing on this system")
def test_the_compiled_one_goes_first(tmp_path: Path) -> None:
    """On Linux nothing of ours is between AWS' client and the function."""
    sandbox.link_runtime_client(tmp_path)

    assert not (tmp_path / "runtime_client.py").exists()
    assert list(tmp_path.glob("runtime_client.*"))


def test_a_runtime_api_that_has_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sentence, as whoever reads the log needs one."""
    server = RuntimeApi(202)
    server.server_close()
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", f"127.0.0.1:{server.server_port}")
    runtime_client.initialize_client("aws-lambda-python/3.13")

    with pytest.raises(RuntimeError, match="The Runtime API does not answer: ConnectionRefusedError"):
        runtime_client.next()


def test_a_function_is_served_with_it(linked: Path, serve: Serve) -> None:
    """Answers, errors, an answer that is too large and the one after it."""
    own = """
def which(event, context):
    import runtime_client
    return json_answer(runtime_client.__file__)


def long(event, context, size):
    return json_answer("x" * size)
"""
    served = serve(handler=f"{HANDLER}\n{own}")

    assert served.order("which").json.endswith("runtime_client.py")
    assert served.order("fail").status == 500
    assert served.order("long", size=ANSWER_LIMIT_BYTES).status == 500
    assert served.order("echo", text="é").status == 200
    assert "Function.ResponseSizeTooLarge" in served.log
