"""What this machine gives every execution environment, whatever version it runs, and how many may run at once."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.local.memory import How, MemoryLimit, limiter
from sparely_toolkit.local.reaper import Reaper
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.sandbox import link_runtime_client

# Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, "Init phase".
INIT_LIMIT_S = 10.0


class Throttled(Exception):
    """As many invocations run as the function may have."""


class Concurrency:
    """Counts a function's running invocations, and those that found no place; all its versions share one."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.running = 0
        self.refused = 0

    def enter(self) -> None:
        """
        Take a place.

        Raises:
            Throttled: there is none.
        """
        if self.running >= self.limit:
            self.refused += 1
            raise Throttled
        self.running += 1

    def leave(self) -> None:
        """Give a place back."""
        self.running -= 1


@dataclass(frozen=True)
class Host:
    """
    Shared by all versions of a function.

    Attributes:
        concurrency: counts invocations that run at once, of all versions together.
        idle_s: how long an environment may wait for work; Lambda does not say, minutes are usual.
        init_limit_s: how long a first init may take.
        memory: makes the limit of one environment from MemorySize.
        memory_sentence: how the limit is kept here.
        reaper: ends what is left when this process is killed.
        folder: of this run alone.
        client: holds the runtime client alone.
    """

    concurrency: Concurrency
    idle_s: float
    init_limit_s: float
    memory: Callable[[int], MemoryLimit]
    memory_sentence: str
    log: Log
    reaper: Reaper
    folder: Path
    client: Path


@contextlib.contextmanager
def hosting(
    log: Log,
    *,
    concurrency: int,
    idle_s: float,
    memory: How,
    init_limit_s: float = INIT_LIMIT_S,
    offered: Sequence[str] = (),
) -> Iterator[Host]:
    """
    Make ready for execution environments, until the block ends; they have to be ended before.

    Args:
        offered: installed packages that functions see beside the runtime client.

    Raises:
        Problem: the runtime client is missing, or a memory control group where one was asked for.
    """
    limit, sentence = limiter(memory)
    with (
        tempfile.TemporaryDirectory(prefix="local-lambda-") as folder,
        contextlib.closing(Reaper()) as reaper,
    ):
        client = Path(folder) / "client"
        client.mkdir()
        link_runtime_client(client, offered)
        yield Host(
            concurrency=Concurrency(concurrency),
            idle_s=idle_s,
            init_limit_s=init_limit_s,
            memory=limit,
            memory_sentence=sentence,
            log=log,
            reaper=reaper,
            folder=Path(folder),
            client=client,
        )
