"""A local service in a thread of its own, and a client that talks to it over HTTP."""

import asyncio
import http.client
import io
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.local import request
from sparely_toolkit.local.console import Console
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.service import LocalService, Options
from sparely_toolkit.local.settings import Deployment

PATIENCE_S = 120.0
FAILED = (500, b'{"message":"Internal Server Error"}')


@dataclass(frozen=True)
class Answer:
    """What a client sees."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def values(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name]


class Served:
    """A running service."""

    def __init__(self, deployment: Deployment, *, quiet: bool = False, **options: Any) -> None:
        self._stream = io.StringIO()
        self._stopping: Future[None] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.service = LocalService(deployment, Options(port=0, **options), Log(self._stream, quiet=quiet))
        try:
            self.run(self.service.start(Console(self.service).answer))
        except BaseException:
            self._end_loop()
            raise

    @property
    def log(self) -> str:
        """What was printed so far."""
        return self._stream.getvalue()

    def run(self, work: Any) -> Any:
        """Run a coroutine in the service's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def ask(
        self,
        method: str = "POST",
        path: str = "/predict/clinic",
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.service.gateway.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, tuple(response.getheaders()), response.read())
        finally:
            connection.close()

    def order(self, do: str, **arguments: Any) -> Answer:
        """Make the function do something."""
        text = json.dumps({"do": do, **arguments})
        return self.ask(body=text, headers={"content-type": "application/json"})

    def request(self, method: str, target: str, body: str, headers: tuple[tuple[str, str], ...]) -> HttpRequest:
        """Give a request as the gateway would read it."""
        time = request.now()
        return HttpRequest(method, target, headers, body.encode(), "127.0.0.1", "HTTP/1.1", 0, "", "", "", time)

    def begin_stop(self) -> "Future[None]":
        """Begin to stop the service; what is in flight may take its time."""
        self._stopping = asyncio.run_coroutine_threadsafe(self.service.stop(), self._loop)
        return self._stopping

    def stop(self) -> None:
        """Stop the service, unless that is done, and its thread."""
        (self._stopping or self.begin_stop()).result(PATIENCE_S)
        self._end_loop()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class InBackground(threading.Thread):
    """An order that is under way; `answer()` waits for its end."""

    def __init__(self, served: Served, do: str, **arguments: Any) -> None:
        super().__init__(daemon=True)
        self._order = (served, do, arguments)
        self._answer: Answer | None = None
        self.start()

    def run(self) -> None:
        """Send it."""
        served, do, arguments = self._order
        self._answer = served.order(do, **arguments)

    def answer(self) -> Answer:
        """Wait for what came of it."""
        self.join(PATIENCE_S)
        assert self._answer is not None
        return self._answer


def until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait for a condition, to a deadline."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.005)


def held(served: Served, folder: Path, name: str) -> tuple[InBackground, Path]:
    """Start an order that lasts until a file appears; give it, and the file, once the function has begun."""
    release, mark = folder / f"{name}-release", folder / f"{name}-mark"
    order = InBackground(served, "wait_for", path=str(release), mark=str(mark))
    until(mark.exists)
    return order, release


def alive(pid: int) -> bool:
    """Tell whether a process is there and not a zombie."""
    return _state(pid) not in ("", "Z")


def stopped(pid: int) -> bool:
    """Tell whether a process has come to its stop: a signal alone does not mean that it has been scheduled yet."""
    return _state(pid) == "T"


def _state(pid: int) -> str:
    """Give the letter that the kernel has for a process' state, "" where there is none."""
    try:
        return Path(f"/proc/{pid}/status").read_text().partition("\nState:\t")[2][:1]
    except (FileNotFoundError, ProcessLookupError):
        return ""
