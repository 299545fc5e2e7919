"""schemathesis asks the built service what openapi.yaml promises, and finds no answer that breaks it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sparely_toolkit.project import Project
from support.services import APIS

pytestmark = pytest.mark.slow
SHORT = ["--phases", "examples,fuzzing", "--max-examples", "5"]
"""The sample of the ordinary tests: without every value at the edge of every schema."""
WHOLE = ["--max-examples", "15"]
TESTS = Path(__file__).resolve().parents[1]
ACCESS = "built.schemathesis_access"
# The default stands for the others, whose keys, tokens and signatures tests/local asks for one by one.
IN_SHORT = [APIS[0], *(pytest.param(each, marks=pytest.mark.soak) for each in APIS[1:])]


@pytest.mark.parametrize(
    ("choice", "extent"),
    [
        pytest.param(APIS[0], SHORT, id=APIS[0]),
        *(pytest.param(each, WHOLE, marks=pytest.mark.soak, id=f"{each}-whole") for each in APIS),
    ],
    indirect=["choice"],
)
def test_no_generated_request_breaks_the_contract(
    chosen: Project, open_url: str, tmp_path: Path, extent: list[str]
) -> None:
    """Good and bad requests to every operation, 0 failures; what is generated is the same each time."""
    options = ["--checks", "all", "--exclude-checks", "ignored_auth", *extent]

    done = schemathesis(chosen, open_url, options, tmp_path, {"PYTHONPATH": ""})

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    (selected,) = re.findall(r"Selected: (\d+)/(\d+)", done.stdout)
    (tested,) = re.findall(r"Tested: (\d+)", done.stdout)
    assert {*selected} == {tested}


STRANGER = ["--checks", "ignored_auth", "--phases", "examples", "--max-examples", "1"]


@pytest.fixture
def known(environment: dict[str, str], choice: str) -> dict[str, str]:
    """The right credentials, as requests of this choice carry them."""
    return {**environment, "CHOICE": choice, "PYTHONPATH": str(TESTS), "SCHEMATHESIS_HOOKS": ACCESS}


@pytest.mark.parametrize("choice", IN_SHORT, indirect=True)
def test_no_operation_answers_a_stranger(chosen: Project, known: dict[str, str], tmp_path: Path) -> None:
    """Where callers are checked every request without the right credentials is refused."""
    done = schemathesis(chosen, known["URL"], STRANGER, tmp_path, known)

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.parametrize("choice", IN_SHORT, indirect=True)
def test_an_api_that_answers_strangers_is_caught(
    chosen: Project, known: dict[str, str], open_url: str, tmp_path: Path
) -> None:
    """So the same run finds nothing above because there is nothing."""
    done = schemathesis(chosen, open_url, STRANGER, tmp_path, known)

    assert done.returncode == 1
    assert "accepts requests without authentication" in done.stdout


def schemathesis(
    project: Project, url: str, options: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run it on openapi.yaml."""
    pytest.importorskip("schemathesis")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
        "run", str(project.openapi), "--url", url, *options, "--generation-deterministic", "--no-color",
    ]  # fmt: skip
    known = {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)
