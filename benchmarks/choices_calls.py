"""How the four api choices are asked: each route of the contract, and one model by a caller who is checked."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measurement import Summary, summary
from sparely_toolkit.loadtest import authorization
from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.serving import serving
from sparely_toolkit.local.template import read_built
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

REGION = "us-east-1"
MODEL = "winery/cultivar"
CREDENTIALS = {
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "LOCAL_API_KEY": "local",
    "LOAD_API_KEY": "local",
}
"""What the local services and their callers both know; AWS' own example of a key."""
WARM, BLOCK = 20, 5


class NotAnswered(Problem):
    """A service does not answer what is to be measured."""

    def __init__(self, api: str, status: int, body: bytes) -> None:
        super().__init__(f"Nothing can be measured: {api} answers {status}, {body[:200]!r}.")


@contextlib.contextmanager
def credentials() -> Iterator[None]:
    """Let this process, its services and whoever signs know the same key."""
    kept = {name: os.environ.get(name) for name in (*CREDENTIALS, authorization.TOKEN, "AWS_SESSION_TOKEN")}
    os.environ.update(CREDENTIALS)
    os.environ.pop("AWS_SESSION_TOKEN", None)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def routes_answered(project: Project, log: Path) -> tuple[int, int]:
    """How many operations the contract has, and how many of them answer their example with 200."""
    contract = intrinsics.load((project.root / "openapi.yaml").read_text("utf-8"))
    with serving(project.built_template, log, "--no-auth", "--quiet", project=project) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        statuses = [_status(connection, *asked) for asked in operations(contract)]
        connection.close()
    return len(statuses), statuses.count(200)


def operations(contract: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Method, path and body of each operation, with the examples that the contract has."""
    for template, item in contract["paths"].items():
        for method in ("get", "post"):
            if method in item:
                path = template
                for each in (*item.get("parameters", ()), *item[method].get("parameters", ())):
                    if each.get("in") == "path":
                        path = path.replace(f"{{{each['name']}}}", str(each["example"]))
                content = item[method].get("requestBody", {}).get("content", {}).get("application/json")
                body = json.dumps(next(iter(content["examples"].values()))["value"]) if content else None
                yield method.upper(), path, body


def _status(connection: http.client.HTTPConnection, method: str, path: str, body: str | None) -> int:
    connection.request(method, path, body, {"content-type": "application/json"} if body else {})
    answer = connection.getresponse()
    answer.read()
    return answer.status


@dataclass(frozen=True)
class Caller:
    """One client of a service that looks who calls."""

    api: str
    connection: http.client.HTTPConnection
    headers: Mapping[str, str]
    body: bytes

    def send(self, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        """Status, `server-timing` and body of one request with these headers."""
        self.connection.request("POST", f"/predict/{MODEL}", self.body, {"content-type": "application/json", **headers})
        answer = self.connection.getresponse()
        return answer.status, answer.headers.get("server-timing", ""), answer.read()

    def added_ms(self) -> float:
        """
        What one request takes beyond the handler's own time.

        Raises:
            NotAnswered: it is not answered with 200.
        """
        began = time.perf_counter()
        status, timing, body = self.send(self.headers)
        took_ms = (time.perf_counter() - began) * 1000
        if status != http.HTTPStatus.OK:
            raise NotAnswered(self.api, status, body)
        return took_ms - float(timing.rpartition("total;dur=")[2].partition(",")[0])


@contextlib.contextmanager
def checked(project: Project, log: Path) -> Iterator[Caller]:
    """A service that checks signatures, tokens or keys, and a caller with what it asks for."""
    deployment = read_built(project)
    asked_for = authorization.kind(deployment.api.body)
    if asked_for == "jwt":
        command = [sys.executable, "-m", "sparely_toolkit", "--service", str(project.root), "token"]
        issued = subprocess.run(command, capture_output=True, text=True, check=True)
        os.environ[authorization.TOKEN] = issued.stdout.strip()
    rows = json.loads((project.models / MODEL / "golden.json").read_text("utf-8"))["instances"]
    body = json.dumps({"instances": rows[:1]}).encode()
    with serving(project.built_template, log, "--enforce-auth", "--quiet", project=project) as server:
        signed = authorization.headers(asked_for, server.url, REGION)(f"{server.url}/predict/{MODEL}", body)
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        yield Caller(project.root.parent.name, connection, signed, body)
        connection.close()


def added_ms(callers: Mapping[str, Caller], requests: int) -> dict[str, Summary]:
    """Medians and quartiles of what is added, of services that are asked in turns, a block of requests each."""
    times: dict[str, list[float]] = {api: [] for api in callers}
    for caller in callers.values():
        for _ in range(WARM):
            caller.added_ms()
    for _ in range(max(1, requests // BLOCK)):
        for api, caller in callers.items():
            times[api] += [caller.added_ms() for _ in range(min(BLOCK, requests))]
    return {api: summary(each) for api, each in times.items()}
