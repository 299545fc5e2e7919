"""The image itself, where there is a Docker engine: built, and asked as SageMaker asks it."""

import http.client
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.runtime.store import unpack
from support.services import MODELS

pytestmark = pytest.mark.docker
TAG = "prediction-service-test"
# The container answers pings from its start on; connections before that are refused.
WAIT = [
    "curl",
    "--silent",
    "--output",
    os.devnull,
    "--fail",
    "--retry",
    "60",
    "--retry-all-errors",
    "--retry-delay",
    "1",
]


@dataclass(frozen=True)
class Container:
    """A running container and the port of this machine that leads to its server."""

    name: str
    port: int


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def bases(dockerfile: str) -> list[str]:
    """What the image can be built on: the Dockerfile's own base, or Lambda's image of the same Python."""
    (own,) = re.findall(r"^ARG BASE=(\S+)$", dockerfile, re.MULTILINE)
    (python,) = re.findall(r"python:(\d+\.\d+)", own)
    return [own, f"public.ecr.aws/lambda/python:{python}-x86_64"]


@pytest.fixture(scope="module")
def image(built: AddOn) -> Iterator[str]:
    """The built image; nothing is pulled for it."""
    if not shutil.which("docker"):
        pytest.skip("there is no Docker here")
    present = [base for base in bases(built.dockerfile.read_text("utf-8")) if is_present(base)]
    if not present:
        pytest.skip("none of the base images is here, or no Docker engine runs")
    docker("build", "--quiet", "--build-arg", f"BASE={present[0]}", "--tag", TAG, str(built.root))
    yield TAG
    docker("image", "rm", "--force", TAG)


def is_present(image: str) -> bool:
    return not subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode


@pytest.fixture
def run(image: str) -> Iterator[Callable[..., Container]]:
    """Run the image by the command that SageMaker runs it by; it has answered a ping when this returns."""
    started: list[str] = []

    def begin(folder: Path, at: str, *variables: str) -> Container:
        options = [f"--volume={folder}:{at}:ro", "--publish=127.0.0.1::8080", *(f"--env={each}" for each in variables)]
        started.append(docker("run", "--detach", *options, image, "serve"))
        port = int(docker("port", started[-1], "8080").rpartition(":")[2])
        subprocess.run([*WAIT, f"http://127.0.0.1:{port}/ping"], check=True)
        return Container(started[-1], port)

    yield begin
    for container in started:
        docker("rm", "--force", container)


def ask(port: int, method: str, path: str, document: object, **headers: str) -> tuple[int, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, json.dumps(document), {"content-type": "application/json", **headers})
    with connection.getresponse() as answer:
        found = answer.status, json.loads(answer.read() or b"null")
    connection.close()
    return found


def test_a_container_serves_all_models_of_its_archive(
    run: Callable[..., Container], archives: Path, tmp_path: Path
) -> None:
    """The single-model endpoint of direct.yaml: its archive lies under /opt/ml/model."""
    tmp_path.chmod(0o755)
    unpack(archives / "service.tar.gz", tmp_path / "model")
    golden = json.loads((MODELS / "winery" / "cultivar" / "golden.json").read_text("utf-8"))
    port = run(tmp_path / "model", "/opt/ml/model").port

    line = "route=POST+%2Fpredict%2F%7Barea%7D%2F%7Bmodel%7D&parameter.area=winery&parameter.model=cultivar"
    status, document = ask(
        port,
        "POST",
        "/invocations",
        {"instances": golden["instances"]},
        **{"X-Amzn-SageMaker-Custom-Attributes": line},
    )

    assert status == 200
    assert isinstance(document, dict)
    labels = [each["label"] for each in document["predictions"]["cultivar"]]
    assert labels == [each["label"] for each in golden["predictions"]]


def test_a_container_loads_and_unloads_in_all_workers(
    run: Callable[..., Container], archives: Path, tmp_path: Path
) -> None:
    """The multi-model endpoint of multi-model.yaml."""
    tmp_path.chmod(0o755)
    unpack(archives / "models" / "clinic.tar.gz", tmp_path / "clinic")
    port = run(tmp_path, "/opt/ml/models", "SAGEMAKER_MULTI_MODEL=true", "MODEL_SERVER_WORKERS=2").port
    ready = {
        "X-Amzn-SageMaker-Custom-Attributes": "route=GET+%2Fv2%2Fmodels%2F%7Bmodel%7D%2Fready&parameter.model=high-risk"
    }

    loaded = ask(port, "POST", "/models", {"model_name": "a", "url": "/opt/ml/models/clinic"})
    answers = [ask(port, "POST", "/models/a/invoke", {}, **ready) for _ in range(8)]
    unloaded = ask(port, "DELETE", "/models/a", {})

    assert loaded == unloaded == (200, {})
    assert answers == [(200, {"name": "high-risk", "ready": True})] * 8
    assert ask(port, "POST", "/models/a/invoke", {}, **ready)[0] == 404


def test_a_container_stops_when_it_is_told_to(run: Callable[..., Container], archives: Path, tmp_path: Path) -> None:
    """SageMaker's SIGTERM reaches the server, which ends well: it is the first process."""
    tmp_path.chmod(0o755)
    unpack(archives / "service.tar.gz", tmp_path / "model")
    container = run(tmp_path / "model", "/opt/ml/model")

    docker("stop", "-t", "25", container.name)

    assert docker("inspect", "--format", "{{.State.ExitCode}}", container.name) == "0"
