"""What this machine gives every execution environment, whatever version it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from local.concurrency import Concurrency
from local.guardian import Guardian
from local.memory import MemoryLimit
from local.report import Log


@dataclass(frozen=True)
class Host:
    """
    Shared by all versions of a function.

    Attributes:
        concurrency: counts invocations that run at once, of all versions together.
        idle_s: how long an environment may wait for work; Lambda does not say, minutes are usual.
        init_limit_s: how long a first init may take.
        memory: makes the limit of one environment from MemorySize.
        guardian: ends what is left when this process is killed.
    """

    concurrency: Concurrency
    idle_s: float
    init_limit_s: float
    memory: Callable[[int], MemoryLimit]
    log: Log
    guardian: Guardian
