"""The arm64 package is executed, also on a processor that the system says nothing about."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.main import cookiecutter

from sparely_toolkit.names import FUNCTION
from tests.conftest import APIS, REPOSITORY

RUN_EVENTS = """
import json, sys
from pathlib import Path
import handler.app
class Context:
    aws_request_id = "00000000-0000-4000-8000-000000000000"
for file in sys.argv[1:]:
    answer = handler.app.lambda_handler(json.loads(Path(file).read_text("utf-8")), Context)
    print("ANSWER", json.dumps([answer["statusCode"], json.loads(answer["body"])]))
"""
# Lambda's arm64 hosts show no processors there; onnxruntime before 1.23 aborted on it: its issue 10038.
WITHOUT_PROCESSORS = "mount -t tmpfs none /sys/devices/system/cpu && exec"


def arm64_python() -> str:
    """An interpreter for arm64 code, emulated or real; ARM64_PYTHON names one."""
    place = os.environ.get("ARM64_PYTHON", str(REPOSITORY.parent / "shared" / "arm64" / "python"))
    if not Path(place).is_file():
        pytest.skip("no arm64 Python here; ARM64_PYTHON can name one")
    return place


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for services and packages."""
    return tmp_path_factory.mktemp("architectures")


@pytest.fixture(scope="module")
def packages(folder: Path) -> dict[str, Path]:
    """What Lambda gets of a service for each architecture."""
    made = {}
    for name in ("arm64", "x86_64"):
        service, made[name] = baked(folder / "services", cpu_architecture=name), folder / name
        command = [sys.executable, "-m", "sparely_toolkit", "--service", str(service), "package", FUNCTION]
        subprocess.run([*command, str(made[name])], check=True)
    return made


@pytest.fixture(scope="module")
def events(folder: Path) -> list[Path]:
    """All that an HTTP API and a REST API send: a good request to each model, and one for each fault."""
    services = [baked(folder / "events", api=api) for api in (APIS[0], "rest-key")]
    files = (file for service in services for file in (service / "events").rglob("*.json"))
    return sorted(file for file in files if "requestContext" in json.loads(file.read_text("utf-8")))


def baked(output: Path, **answers: str) -> Path:
    """A service of this Python, in a folder named after its answers."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    slug = "-".join(["service", *answers.values()]).replace("_", "-")
    extra = {"python_version": version, "project_slug": slug, **answers}
    return Path(cookiecutter(str(REPOSITORY), no_input=True, extra_context=extra, output_dir=str(output)))


def answers(package: Path, events: list[Path], *command: str) -> list[Any]:
    """What a package answers to every event, when run by this command."""
    environment = {
        "PYTHONPATH": str(package),
        "POWERTOOLS_METRICS_NAMESPACE": "tests",
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
    }
    done = subprocess.run(
        [*command, "-B", "-c", RUN_EVENTS, *map(str, events)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line.partition(" ")[2]) for line in done.stdout.splitlines() if line.startswith("ANSWER")]


def alike(one: Any, other: Any) -> bool:
    """Equal, floats to 1e-5: each architecture rounds sums in its own way."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float):
        return bool(one == pytest.approx(other, rel=1e-5, abs=1e-5))
    return bool(one == other)


def test_the_arm64_package_answers_as_the_x86_64_one_does(packages: dict[str, Path], events: list[Path]) -> None:
    """Every event gets the same status and body from both."""
    emulated = answers(packages["arm64"], events, arm64_python())

    assert len(emulated) == len(events) > 20
    assert alike(emulated, answers(packages["x86_64"], events, sys.executable, "-S"))


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_a_package_starts_where_the_system_shows_no_processors(
    packages: dict[str, Path], events: list[Path], architecture: str
) -> None:
    """With an empty /sys/devices/system/cpu both packages answer as with a full one."""
    python = [arm64_python()] if architecture == "arm64" else [sys.executable, "-S"]
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("emptying /sys/devices/system/cpu needs root and unshare")
    command = ["unshare", "-m", "sh", "-c", f'{WITHOUT_PROCESSORS} "$@"', "sh", *python]

    hidden = answers(packages[architecture], events, *command)

    assert alike(hidden, answers(packages[architecture], events, *python))
