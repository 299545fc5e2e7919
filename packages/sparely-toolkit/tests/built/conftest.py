"""Services as `sparely build` leaves them, running on this machine."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sparely_toolkit.local.serving import serving
from sparely_toolkit.local.template import read_built
from sparely_toolkit.project import Project
from support.api import Api
from support.command_line import sparely  # noqa: F401  # pytest finds the fixture here
from support.services import APIS, built
from tests.built.scoring import bundle, rows, target  # noqa: F401  # pytest finds the fixtures here

CREDENTIALS = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "session",
    "API_KEY": "local",
    "LOCAL_API_KEY": "local",
}


pytest.register_assert_rewrite("support.answering", "support.triton")


@pytest.fixture(scope="session")
def project() -> Project:
    """A built service with the samples."""
    return built()


@pytest.fixture(scope="session")
def api(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Its package behind the local API; who may call it is a matter of tests/local."""
    log = tmp_path_factory.mktemp("api") / "log"
    with serving(project.built_template, log, "--no-auth", project=project) as server:
        yield Api(server.url)


@pytest.fixture(scope="module", params=APIS)
def choice(request: pytest.FixtureRequest) -> str:
    """How clients reach a service: each choice of the template in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def chosen(choice: str) -> Project:
    """A built service of this choice."""
    return built(choice)


@pytest.fixture(scope="module")
def open_url(chosen: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its package behind an API that lets everybody in."""
    log = tmp_path_factory.mktemp("open") / "log"
    with serving(chosen.built_template, log, "--no-auth", project=chosen) as server:
        yield server.url


@pytest.fixture(scope="module")
def environment(chosen: Project, choice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What clients read: the address of a service that checks who calls, and credentials that it takes."""
    log = tmp_path_factory.mktemp("page") / "log"
    with serving(chosen.built_template, log, "--enforce-auth", project=chosen, environment=CREDENTIALS) as server:
        token = ""
        if choice == "http-jwt":
            issued = [sys.executable, "-m", "sparely_toolkit", "--service", str(chosen.root), "token"]
            token = subprocess.run(issued, capture_output=True, text=True, check=True).stdout.strip()
        known = {**os.environ, **CREDENTIALS, "URL": server.url, "TOKEN": token}
        yield {**known, "NODE_OPTIONS": "--no-warnings"}


@pytest.fixture(scope="session")
def docker(project: Project) -> None:
    """A Docker engine that has the image of the package's runtime, or a skip that says what is missing."""
    function = read_built(project).function
    require_image(function.runtime, function.architecture)


def require_image(runtime: str, architecture: str) -> None:
    """Skip where no Docker engine has the image of a runtime."""
    image = f"public.ecr.aws/lambda/python:{runtime.removeprefix('python')}-{architecture}"
    try:
        done = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("Docker is not installed")
    if done.returncode:
        pytest.skip(f"no Docker engine answers that has the image {image}")
