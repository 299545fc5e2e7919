"""MemorySize kept: by the kernel where a memory control group can be made, else by looking every 50 ms."""

import contextlib
import itertools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from sparely_toolkit.problems import Problem

How = Literal["auto", "cgroup", "watch"]
_ROOT = Path("/sys/fs/cgroup")
_JOIN = 'echo $$ > "$0" && exec "$@"'
_NAME = "local-environment"
_numbers = itertools.count(1)


class MemoryLimit(Protocol):
    """The limit of one execution environment."""

    @property
    def watched(self) -> bool:
        """Whether somebody has to look at the process, and end it."""

    def command(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """Give the command that starts under the limit."""

    def exceeded(self) -> bool:
        """Tell whether the kernel has ended a process for the limit."""

    def close(self) -> bool:
        """Forget the environment, which has ended; False when that has to be tried again."""


class NoControlGroup(Problem):
    """No memory control group can be made here, though one was asked for."""

    def __init__(self) -> None:
        super().__init__("No memory control group can be made here: that takes root, or a delegated cgroup v2.")


class WatchedLimit:
    """No limit of the kernel's: the pool looks at the resident size."""

    watched = True

    def command(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """Leave the command as it is."""
        return command

    def exceeded(self) -> bool:
        """Nobody but the watcher ends a process for its memory."""
        return False

    def close(self) -> bool:
        """Nothing was made."""
        return True


@dataclass(frozen=True)
class _Files:
    """The names of one cgroup version's files; `swap` is the limit that keeps swap from hiding memory."""

    limit: str
    swap: str
    events: str


_V1 = _Files("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.oom_control")
_V2 = _Files("memory.max", "memory.swap.max", "memory.events")


class CgroupLimit:
    """
    A control group of its own: the kernel ends the process that goes above, as Lambda's does.

    Page cache counts here and is dropped before anything is killed, so what is mapped does no harm.
    Source: docs.kernel.org/admin-guide/cgroup-v1/memory.html and docs.kernel.org/admin-guide/cgroup-v2.html
    """

    watched = False

    def __init__(self, parent: Path, files: _Files, memory_mb: int) -> None:
        self._folder = parent / f"{_NAME}-{os.getpid()}-{next(_numbers)}"
        self._files = files
        self._folder.mkdir()
        try:
            self._limit(memory_mb * 1024 * 1024)
        except OSError:
            self._folder.rmdir()
            raise

    def _limit(self, size: int) -> None:
        files = self._files
        # "r+" does not create: in a folder that is no control group the file is missing, and stays so.
        with (self._folder / files.limit).open("r+") as limit:
            limit.write(str(size))
        swap = self._folder / files.swap
        if swap.exists():
            swap.write_text("0" if files is _V2 else str(size))

    def command(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """Let a shell enter the group and become the command, so that not a page is counted elsewhere."""
        return ("/bin/sh", "-c", _JOIN, str(self._folder / "cgroup.procs"), *command)

    def exceeded(self) -> bool:
        """Read the group's count of processes ended for memory."""
        lines = (self._folder / self._files.events).read_text().splitlines()
        return any(line.startswith("oom_kill ") and not line.endswith(" 0") for line in lines)

    def close(self) -> bool:
        """Remove the group; the kernel refuses as long as it has a process to bury."""
        try:
            self._folder.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True


def limiter(how: How) -> tuple[Callable[[int], MemoryLimit], str]:
    """
    Choose how memory is limited.

    Returns:
        What makes the limit of an environment from its MemorySize in MB, and a sentence that says how.

    Raises:
        NoControlGroup: one was asked for and cannot be made.
    """
    groups = None if how == "watch" or sys.platform != "linux" else _control_groups()
    if groups is not None:
        parent, files = groups
        _remove_abandoned(parent)
        version = "v1" if files is _V1 else "v2"
        return (
            lambda memory_mb: CgroupLimit(parent, files, memory_mb),
            f"Memory: the kernel ends what goes above MemorySize (a cgroup {version} for each environment).",
        )
    if how == "cgroup":
        raise NoControlGroup
    sentence = (
        "Memory: watched every 50 ms and at each answer; an environment above MemorySize is killed."
        if sys.platform == "linux"
        else "Memory: neither measured nor limited on this system."
    )
    return lambda _: WatchedLimit(), sentence


def _control_groups() -> tuple[Path, _Files] | None:
    """Find where a group with a memory limit can be made, by making one."""
    places = [*((place, _V1) for place in _places("memory")), *((place, _V2) for place in _places(""))]
    for parent, files in places:
        try:
            CgroupLimit(parent, files, 64).close()
        except OSError:
            continue
        return parent, files
    return None


def _remove_abandoned(parent: Path) -> None:
    """Remove the empty groups of servers that were killed and could not."""
    for folder in parent.glob(f"{_NAME}-*"):
        number = folder.name.split("-")[2]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _places(controller: str) -> list[Path]:
    """
    Give this process' own group and the one above it; `controller` is empty for cgroup v2.

    In v2 a group that has processes hands its controllers to no group below it, unless it is the root; a
    service manager that delegates a subtree leaves room beside the process.
    """
    try:
        lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    except OSError:
        return []
    root = _ROOT / controller
    own = next((path for _, name, path in lines if name == controller), "/")
    here = root / own.lstrip("/")
    return [here, here.parent, root] if own != "/" else [root]
