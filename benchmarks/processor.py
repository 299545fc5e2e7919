"""How much of a processor a function gets: one core, or the share of it that goes with a memory size."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MB_OF_ONE_VCPU = 1769  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
PERIOD_US = 20_000
ROOTS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/cpu"))
GROUP = "lambda-benchmark"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one virtual processor; 1.0 is all of it."""

    vcpu: float

    @property
    def title(self) -> str:
        return f"{self.vcpu:g} vCPU"


FULL = Share(1.0)
OF_512_MB = Share(round(512 / MB_OF_ONE_VCPU, 2))


def function_core() -> int:
    """The core that functions run on: the last one, which has the fewest interrupts."""
    return max(os.sched_getaffinity(0))


def pin_to_function_core() -> None:
    """For a child between fork and exec; the whole tree below it inherits the core."""
    os.sched_setaffinity(0, {function_core()})


@contextmanager
def off_the_function_core() -> Iterator[None]:
    """Keep the process that asks away from the core that answers."""
    before = os.sched_getaffinity(0)
    others = before - {function_core()}
    try:
        os.sched_setaffinity(0, others or before)
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def limited(share: Share) -> Iterator[Path | None]:
    """
    Make a control group of that share and give its folder, None for a whole core.

    Raises:
        OSError: no control group can be made here.
    """
    if share.vcpu >= 1:
        yield None
        return
    group = _make_group(share)
    try:
        yield group
    finally:
        group.rmdir()


def can_limit() -> bool:
    """Whether a share of a core can be had on this machine."""
    try:
        with limited(OF_512_MB):
            return True
    except OSError:
        return False


def join(group: Path, pid: int) -> None:
    """Put a process, and what it starts from now on, under the group's limit."""
    (group / "cgroup.procs").write_text(str(pid))


def _make_group(share: Share) -> Path:
    quota = round(share.vcpu * PERIOD_US)
    for root in ROOTS:
        group = root / GROUP
        if (root / "cgroup.controllers").is_file() or (root / "cpu.cfs_quota_us").is_file():
            group.mkdir(exist_ok=True)
            if (group / "cpu.max").is_file():  # version 2
                (group / "cpu.max").write_text(f"{quota} {PERIOD_US}")
                return group
            if (group / "cpu.cfs_quota_us").is_file():  # version 1
                (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
                (group / "cpu.cfs_quota_us").write_text(str(quota))
                return group
            group.rmdir()
    raise OSError("no control group for processor time can be made here")
