"""schemathesis asks the built service what openapi.yaml promises, and finds no answer that breaks it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.built.conftest import PROJECT, free_port, running

EXAMPLES = 15
ACCESS = "tests.built.schemathesis_access"


@pytest.fixture(scope="module")
def url(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built package behind an API that lets everybody in."""
    port = free_port()
    command = [sys.executable, "-m", "sparely_toolkit.local", "--port", str(port), "--no-auth"]
    with running(command, f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("open") / "log") as found:
        yield found


def test_no_generated_request_breaks_the_contract(url: str, tmp_path: Path) -> None:
    """Good and bad requests to every operation, 0 failures; what is generated is the same each time."""
    options = ["--checks", "all", "--exclude-checks", "ignored_auth", "--max-examples", str(EXAMPLES)]

    done = schemathesis(url, options, tmp_path, {"PYTHONPATH": ""})

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    (selected,) = re.findall(r"Selected: (\d+)/(\d+)", done.stdout)
    (tested,) = re.findall(r"Tested: (\d+)", done.stdout)
    assert {*selected} == {tested}


def test_no_operation_answers_a_stranger(environment: dict[str, str], url: str, choice: str, tmp_path: Path) -> None:
    """Where callers are checked every request without the right credentials is refused; the open API is caught."""
    known = {**environment, "CHOICE": choice, "PYTHONPATH": str(PROJECT), "SCHEMATHESIS_HOOKS": ACCESS}
    options = ["--checks", "ignored_auth", "--phases", "examples", "--max-examples", "1"]

    closed = schemathesis(environment["URL"], options, tmp_path, known)
    opened = schemathesis(url, options, tmp_path, known)

    assert closed.returncode == 0, closed.stdout[-6000:] + closed.stderr[-2000:]
    assert opened.returncode == 1
    assert "accepts requests without authentication" in opened.stdout


def schemathesis(
    url: str, options: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run it on openapi.yaml."""
    pytest.importorskip("schemathesis")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
        "run", str(PROJECT / "openapi.yaml"), "--url", url, *options, "--generation-deterministic", "--no-color",
    ]  # fmt: skip
    known = {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)
