"""`sparely run` started as a process by those who need a service for a while."""

import urllib.request
from pathlib import Path

import pytest

from sparely_toolkit.local.serving import NotServed, serving
from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME
from tests.local.serving import alive


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return function.build(tmp_path / "built", runtime=RUNTIME, architecture=ARCHITECTURE)


def test_service_answers_while_the_block_runs(template: Path, tmp_path: Path) -> None:
    """It listens on a port that the system chose, and its log is in the file."""
    with (
        serving(template, tmp_path / "log", "--no-auth") as server,
        urllib.request.urlopen(f"{server.url}/models", timeout=20) as answer,
    ):
        assert answer.status == 200

    assert "REPORT RequestId: " in server.log.read_text(encoding="utf-8")


def test_service_ends_with_the_block(template: Path, tmp_path: Path) -> None:
    """No process is left."""
    with serving(template, tmp_path / "log") as server:
        assert alive(server.pid)

    assert not alive(server.pid)


def test_service_that_does_not_start_says_why(tmp_path: Path) -> None:
    """What `sparely run` printed is in the problem."""
    path = tmp_path / "template.yaml"

    with pytest.raises(NotServed) as problem, serving(path, tmp_path / "log"):
        pass

    assert str(problem.value) == (f"`sparely run` did not start:\n{path}: no built template; `sparely build` makes it.")
