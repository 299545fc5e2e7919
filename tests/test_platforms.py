"""What docs/platforms.md says of macOS and Windows, as far as Linux can tell."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from uv import find_uv_bin

from sparely.bundle import read_golden
from sparely_toolkit.local.serving import serving
from sparely_toolkit.package.engine_library import ENGINE
from tests.conftest import REPOSITORY, TEMPLATE
from tests.support.api import Api
from tests.support.services import built

MACOS = REPOSITORY / "tests" / "support" / "macos"
PYTHONS = ("3.12", "3.13", "3.14")
APPLE, WINDOWS = "aarch64-apple-darwin", "x86_64-pc-windows-msvc"
FROM_SOURCE = ("airspeed-ext", "awslambdaric", "watchdog")
"""
Published for macOS as sources alone: of pure Python, of C++ that macOS is spared, and, for Python 3.14, of C that is
compiled by Apple's command line tools, which make and git come with.
"""
MODEL = Path("winery") / "cultivar"
WORKFLOW = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "platforms.yml").read_text("utf-8"))


def labels(predictions: Iterable[Mapping[str, Any]]) -> list[str]:
    """What was predicted; probabilities differ in their last digits from library to library."""
    return [each["label"] for each in predictions]


def on_macos(*arguments: object, folder: Path) -> str:
    """Run `sparely` where a Python lacks what Linux alone has, and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sparely_toolkit", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(MACOS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    return done.stdout


def test_a_service_is_served_and_asked_on_macos(tmp_path: Path) -> None:
    """With onnxruntime's library from its wheel, and without the compiled part of AWS' runtime client."""
    project = built()
    golden = read_golden(project.models / MODEL)
    environment = {"PYTHONPATH": str(MACOS)}

    with serving(
        project.built_template, tmp_path / "log", "--no-auth", project=project, environment=environment
    ) as server:
        reply = Api(server.url).call("POST", f"/predict/{MODEL}", {"instances": golden.instances})

    assert reply.status == 200
    assert labels(reply.document["predictions"]["cultivar"]) == labels(golden.predictions)
    log = server.log.read_text("utf-8")
    assert "Memory: neither measured nor limited on this system." in log
    assert "this is Darwin on" in log
    assert "Max Memory Used: unknown" in log


def test_a_service_is_invoked_and_scores_on_macos(tmp_path: Path) -> None:
    """Each in processes of its own, as everywhere."""
    project = built()
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(f"{json.dumps(row)}\n" for row in read_golden(project.models / MODEL).instances), "utf-8")

    invoked = on_macos("invoke", "events/predict-winery-cultivar.json", folder=project.root)
    on_macos("score", MODEL, rows, folder=project.root)

    assert json.loads(invoked.splitlines()[-1])["statusCode"] == 200
    assert len((tmp_path / "rows.scored.jsonl").read_text("utf-8").splitlines()) == 8


def test_a_container_of_sagemaker_knows_its_machine_on_macos() -> None:
    """How much memory and how many processors, from what POSIX has."""
    ask = "from sparely_sagemaker.container import memory, settings; print(memory.container_bytes(), settings.processors())"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, "PYTHONPATH": str(MACOS)},
        capture_output=True,
        text=True,
        check=True,
    )

    size, processors = map(int, done.stdout.split())
    assert size == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert processors == os.cpu_count()


def test_macos_has_no_figures_for_a_plan() -> None:
    """They would be of another engine; the sentence says where they are taken."""
    project = built()
    done = subprocess.run(
        [sys.executable, "-m", "sparely_toolkit", "profile", project.built_template.parent / "PredictFunction"],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(MACOS)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "this machine is Darwin on" in done.stderr
    assert "`sparely plan --measured` takes" in done.stderr


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("platform", "requirements"),
    [
        (APPLE, TEMPLATE / "requirements" / "dev.txt"),
        (APPLE, TEMPLATE / "requirements" / "export.txt"),
        (APPLE, REPOSITORY / "requirements" / "workshop.txt"),
        (APPLE, REPOSITORY / "requirements" / "new.txt"),
        (APPLE, ENGINE),
        (WINDOWS, TEMPLATE / "requirements" / "export.txt"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_what_is_locked_can_be_installed(platform: str, requirements: Path, python: str, tmp_path: Path) -> None:
    """The registry has a wheel of everything for the oldest macOS that onnxruntime takes, and for Windows."""
    command = [find_uv_bin(), "pip", "install", "--dry-run", "--no-deps", "--require-hashes"]
    command += ["--python", sys.executable, "--target", str(tmp_path), "-r", str(requirements)]
    command += ["--python-platform", platform, "--python-version", python, "--only-binary", ":all:"]
    command += [part for name in FROM_SOURCE for part in ("--no-binary", name)]

    done = subprocess.run(
        command,
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_weekly_workflow_tries_each_system_that_the_page_names() -> None:
    """Two versions of macOS on Apple's processors, and Windows with every Python of a service."""
    jobs = WORKFLOW["jobs"]

    assert jobs["macos"]["strategy"]["matrix"]["machine"] == ["macos-15", "macos-26"]
    assert jobs["windows"]["strategy"]["matrix"]["python"] == list(PYTHONS)
