"""`sparely sagemaker run`: what it says, also when it cannot serve."""

import errno
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparely_sagemaker import access
from sparely_sagemaker.add_on import AddOn, Architecture
from sparely_sagemaker.compare.contestants import DIRECT, MULTI_MODEL, serving
from sparely_toolkit.local.server import CannotListen
from support.command_line import Sparely


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("architecture", Architecture)
def test_a_taken_port_is_a_sentence(
    sparely: Sparely, built: AddOn, architecture: Architecture, taken_port: int
) -> None:
    """It names the port and what to do, as that of `sparely run` does."""
    outcome = sparely("sagemaker", "run", architecture, "--port", str(taken_port), service=built.project.root)

    taken = CannotListen("127.0.0.1", taken_port, OSError(errno.EADDRINUSE, ""))
    assert (outcome.exit_code, outcome.err) == (3, f"{taken}\n")


@pytest.mark.parametrize("architecture", Architecture)
def test_it_says_that_nobody_is_checked_here(built: AddOn, architecture: Architecture, tmp_path: Path) -> None:
    """In one line, beside the address, as `sparely run` does."""
    contestant = {"multi-model": MULTI_MODEL, "direct": DIRECT}[architecture]

    with serving(contestant, built.project, tmp_path / "log"):
        printed = (tmp_path / "log").read_text("utf-8").splitlines()

    told = [line for line in printed if line.startswith("Access: ")]
    assert told == [access.sentence(built.template(architecture))]
