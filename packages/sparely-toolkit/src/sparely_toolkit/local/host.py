"""What this machine gives every execution environment, whatever version it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from sparely_toolkit.local.concurrency import Concurrency
from sparely_toolkit.local.reaper import Reaper
from sparely_toolkit.local.memory import MemoryLimit
from sparely_toolkit.local.report import Log


@dataclass(frozen=True)
class Host:
    """
    Shared by all versions of a function.

    Attributes:
        concurrency: counts invocations that run at once, of all versions together.
        idle_s: how long an environment may wait for work; Lambda does not say, minutes are usual.
        init_limit_s: how long a first init may take.
        memory: makes the limit of one environment from MemorySize.
        reaper: ends what is left when this process is killed.
    """

    concurrency: Concurrency
    idle_s: float
    init_limit_s: float
    memory: Callable[[int], MemoryLimit]
    log: Log
    reaper: Reaper
