"""What is compared, and how each architecture is started."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.local.serving import LocalServer, started
from sparely_toolkit.project import Project


@dataclass(frozen=True, slots=True)
class Contestant:
    """
    One architecture.

    Attributes:
        command: what follows `sparely` to serve it.
    """

    key: str
    title: str
    command: tuple[str, ...]


LAMBDA = Contestant("lambda", "Inference inside Lambda", ("run", "--no-auth", "--concurrency", "8"))
DIRECT = Contestant("direct", "Mapping templates, SageMaker endpoint", ("sagemaker", "run", "direct", "--workers", "1"))
MULTI_MODEL = Contestant(
    "multi-model",
    "Thin Lambda, multi-model endpoint",
    ("sagemaker", "run", "multi-model", "--workers", "1", "--concurrency", "8"),
)
SEQUENTIAL = Contestant(
    "sequential",
    "The same, one call for each model, as in the story",
    ("sagemaker", "run", "multi-model", "--workers", "1", "--concurrency", "8", "--calls", "model"),
)
CONTESTANTS = (LAMBDA, MULTI_MODEL, SEQUENTIAL, DIRECT)


@contextmanager
def serving(contestant: Contestant, project: Project, log: Path) -> Iterator[LocalServer]:
    """
    Run an architecture for a block.

    Raises:
        NotServed: it ended before it listened.
    """
    command = [sys.executable, "-m", "sparely_toolkit", "--service", str(project.root), *contestant.command]
    with started([*command, "--port", "0"], log, environment={**os.environ, "LOG_SAMPLE_RATE": "1"}) as server:
        yield server
