"""
As much of a Python of macOS as there can be on Linux, for a process that has this folder on PYTHONPATH.

Gone is what Linux alone has: calls of the standard library, the files of /proc and /sys for code of ours, and the part of
AWS' runtime client that is compiled for Linux. The system calls itself Darwin; files of macOS are not here, so the engine
is still Linux' library, and macOS' own behaviour cannot be seen.
Source: "Availability" in docs.python.org/3.12/library/os.html, fcntl, select, signal and time.
"""

import asyncio.unix_events  # noqa: F401 (what asks for the system while it is loaded gets the true answer)
import contextlib
import ctypes.util
import fcntl
import importlib
import importlib.metadata
import multiprocessing.util  # noqa: F401
import os
import select
import signal
import subprocess  # noqa: F401
import sys
import sysconfig
import time
import urllib.request  # noqa: F401
import zoneinfo  # noqa: F401
from types import FrameType, ModuleType
from typing import Any

LINUX_ALONE: dict[ModuleType, str] = {
    os: "waitid waitid_result sched_getaffinity sched_setaffinity sched_setscheduler pidfd_open memfd_create eventfd "
    "posix_fadvise posix_fallocate copy_file_range splice getrandom pipe2 fdatasync setns unshare timerfd_create",
    fcntl: "F_SETPIPE_SZ F_GETPIPE_SZ",
    select: "epoll",
    signal: "sigtimedwait sigwaitinfo pidfd_send_signal",
    time: "CLOCK_BOOTTIME",
}
FRAMES = 8
"""How far up a file's opener is looked for, behind pathlib's own."""


def is_ours() -> bool:
    """Whether a module of sparely asks for a file, rather than another package."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(FRAMES):
        if frame is None:
            return False
        place = frame.f_code.co_filename
        if f"{os.sep}sparely" in place:
            return True
        frame = frame.f_back
    return False


def hide(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse the files of Linux' kernel."""
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.fsdecode(arguments[0])
        if path.startswith(("/proc/", "/sys/")) and is_ours():
            raise FileNotFoundError(2, "No such file or directory", path)


def stat(path: Any, **options: Any) -> os.stat_result:
    """Which has no event that could be refused."""
    hide("open", (path,))
    return true_stat(path, **options)


true_stat = os.stat
files: property = vars(importlib.metadata.Distribution)["files"]


def files_on_macos(self: importlib.metadata.Distribution) -> list[importlib.metadata.PackagePath]:
    """A distribution's files where awslambdaric has compiled nothing."""
    assert files.fget is not None
    return [file for file in files.fget(self) or () if not file.name.startswith("runtime_client.")]


if sys.platform == "linux":
    sysconfig.get_config_vars()
    ctypes.util.find_library("c")
    with contextlib.suppress(ImportError):
        importlib.import_module("psutil")
    for module, names in LINUX_ALONE.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    if hasattr(os, "process_cpu_count"):
        os.process_cpu_count = os.cpu_count
    importlib.metadata.Distribution.files = property(files_on_macos)  # type: ignore[assignment, method-assign]
    sys.addaudithook(hide)
    os.stat = stat
    node = os.uname().nodename
    os.uname = lambda: os.uname_result(("Darwin", node, "24.0.0", "Darwin Kernel Version 24.0.0", "arm64"))
    sys.platform = "darwin"
