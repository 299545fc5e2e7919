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


@pytest.fixture(scope="module")
def url(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built package behind an API that lets everybody in."""
    port = free_port()
    command = [sys.executable, "-m", "local", "--port", str(port), "--no-auth"]
    with running(command, f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("open") / "log") as found:
        yield found


def test_no_generated_request_breaks_the_contract(url: str, tmp_path: Path) -> None:
    """Good and bad requests to every operation, 0 failures; what is generated is the same each time."""
    pytest.importorskip("schemathesis")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
        "run", str(PROJECT / "openapi.yaml"), "--url", url,
        "--checks", "all", "--exclude-checks", "ignored_auth", "--max-examples", str(EXAMPLES), "--generation-deterministic",
        "--no-color",
    ]  # fmt: skip

    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    (selected,) = re.findall(r"Selected: (\d+)/(\d+)", done.stdout)
    (tested,) = re.findall(r"Tested: (\d+)", done.stdout)
    assert {*selected} == {tested}
