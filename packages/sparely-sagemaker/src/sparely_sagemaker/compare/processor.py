"""Who runs where, and how much processor time what is paid for takes."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.problems import Problem

_TICKS_S = os.sysconf("SC_CLK_TCK")
_LOOK_S = 0.2


class NotLinux(Problem):
    """A comparison was asked for where no process can be kept on a processor."""

    def __init__(self) -> None:
        super().__init__(
            "The architectures are compared on Linux alone: what is paid for has a processor of its own there. "
            "Run it in the dev container, or on a machine with Linux."
        )


@dataclass(frozen=True, slots=True)
class Used:
    """Processor seconds of Lambda's execution environments and of the endpoint's containers."""

    functions_s: float
    containers_s: float

    def __sub__(self, other: "Used") -> "Used":
        return Used(self.functions_s - other.functions_s, self.containers_s - other.containers_s)


def used(gateway: int) -> Used:
    """What all living processes below the gateway's have used so far."""
    functions = containers = 0.0
    for pid in _descendants(gateway):
        seconds = _seconds(pid)
        if _is_container(pid):
            containers += seconds
        else:
            functions += seconds
    return Used(functions, containers)


@contextlib.contextmanager
def apart(gateway: int) -> Iterator[None]:
    """
    Keep what is paid for, all processes below the gateway's, on the last core, and everything else off it.

    So every architecture has one core, and the clients and the emulated AWS have the others.

    Raises:
        NotLinux: another system keeps processes where it likes.
    """
    if sys.platform != "linux":
        raise NotLinux
    cores = os.sched_getaffinity(0)
    paid = {max(cores)}
    others = (cores - paid) or cores
    os.sched_setaffinity(0, others)
    os.sched_setaffinity(gateway, others)
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(_LOOK_S):
            for pid in _descendants(gateway):
                with contextlib.suppress(ProcessLookupError):
                    for task in Path(f"/proc/{pid}/task").glob("*"):
                        os.sched_setaffinity(int(task.name), paid)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
        os.sched_setaffinity(0, cores)


def _descendants(pid: int) -> list[int]:
    pids, open_ends = [], [pid]
    while open_ends:
        for task in Path(f"/proc/{open_ends.pop()}/task").glob("*"):
            with contextlib.suppress(OSError):
                children = [int(each) for each in (task / "children").read_text().split()]
                pids += children
                open_ends += children
    return pids


def _is_container(pid: int) -> bool:
    """By its environment, which all of a container's processes share."""
    with contextlib.suppress(OSError):
        return b"SAGEMAKER_BIND_TO_PORT=" in Path(f"/proc/{pid}/environ").read_bytes()
    return False


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS_S
