"""The service as `make build` leaves it, running on this machine."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import intrinsics
from sparely_toolkit.package.target import read_target

PROJECT = Path(__file__).resolve().parents[2]
BUILT = PROJECT / ".aws-sam" / "build"
START_LIMIT_S = 60
SCHEMES = {"x-amazon-apigateway-authtype": "http-iam", "x-amazon-apigateway-authorizer": "http-jwt", "name": "rest-key"}
CREDENTIALS = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "session",
    "API_KEY": "local",
    "LOCAL_API_KEY": "local",
}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer with its body parsed."""

    status: int
    headers: dict[str, str]
    document: Any


@dataclass(frozen=True)
class Api:
    """Where a local API answers."""

    url: str

    def call(self, method: str, path: str, document: Any = None) -> Reply:
        """Send one request."""
        body = None if document is None else json.dumps(document).encode()
        headers = {"content-type": "application/json"} if body else {}
        request = urllib.request.Request(f"{self.url}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Reply(answer.status, dict(answer.headers), json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), json.load(error))


@pytest.fixture(scope="session")
def artifact() -> Path:
    """The built package; without a build there is nothing to test here."""
    if not (BUILT / "template.yaml").is_file():
        pytest.skip("the service is not built; `make test` builds it first")
    return BUILT / "PredictFunction"


@pytest.fixture(scope="session")
def api(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The built package behind the local API; who may call it is a matter of tests/local."""
    port = free_port()
    command = [sys.executable, "-m", "sparely_toolkit.local", "--port", str(port), "--no-auth"]
    with running(command, f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("api") / "log") as url:
        yield Api(url)


@pytest.fixture(scope="module")
def choice(artifact: Path) -> str:
    """How clients reach this service, by its one security scheme."""
    body = intrinsics.load((BUILT / "template.yaml").read_text("utf-8"))["Resources"]["Api"]["Properties"]
    (scheme,) = body["DefinitionBody"]["components"]["securitySchemes"].values()
    return next(name for member, name in SCHEMES.items() if member in scheme)


@pytest.fixture(scope="module")
def environment(choice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the examples read: the address of a service that checks who calls, and credentials that it takes."""
    port = free_port()
    known = {**os.environ, **CREDENTIALS}
    command = [sys.executable, "-m", "sparely_toolkit.local", "--port", str(port), "--enforce-auth"]
    patch = pytest.MonkeyPatch()
    for name, text in CREDENTIALS.items():
        patch.setenv(name, text)
    with running(command, f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("page") / "log") as url:
        token = ""
        if choice == "http-jwt":
            issued = [sys.executable, "-m", "sparely_toolkit.local.issuer"]
            token = subprocess.run(issued, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()
        yield {**known, "URL": url, "TOKEN": token, "NODE_OPTIONS": "--no-warnings"}
    patch.undo()


@pytest.fixture(scope="session")
def docker() -> None:
    """A Docker engine that has the runtime's image, or a skip that says what is missing."""
    if not shutil.which("docker"):
        pytest.skip("Docker is not installed")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    image = f"public.ecr.aws/lambda/python:{version}-{architecture()}"
    done = subprocess.run(["docker", "image", "inspect", image], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no Docker engine answers that has the image {image}")


def architecture() -> str:
    """The architecture that the package was built for."""
    return read_target(PROJECT / "template.yaml").architecture


@contextlib.contextmanager
def running(command: list[str], url: str, log: Path) -> Iterator[str]:
    """Run a server until the block ends; it is ready when its port takes connections."""
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    with (
        log.open("w") as output,
        subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            wait_for_port(int(url.rpartition(":")[2]), server, log)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=60)


def wait_for_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
