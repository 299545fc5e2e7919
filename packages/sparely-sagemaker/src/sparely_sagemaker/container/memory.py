"""How much memory models take, estimated before they are loaded, and how much there is."""

import ctypes
import gc
import os
import sys
from pathlib import Path

# Measured with onnxruntime 1.27.0 as what another session of the same model adds: 3.84 bytes a byte for a forest of
# 11.8 MB, and 0.15 to 0.32 MB for the sample models, of 1 to 29 kB.
BYTES_A_BYTE = 4
"""Resident bytes of an open session for each byte of its ONNX file: the graph, its optimised copy, the weights."""
BYTES_A_MODEL = 2**19
"""What the smallest model takes."""

_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def needed_bytes(archive: Path, workers: int) -> int:
    """What an unpacked archive takes in all workers, each of which opens its models."""
    sizes = [each.stat().st_size for each in archive.rglob("*.onnx")]
    return workers * sum(BYTES_A_MODEL + BYTES_A_BYTE * size for size in sizes)


def container_bytes() -> int:
    """The container's memory: its control group's limit, else the machine's."""
    machine = _machine_bytes()
    for path in _LIMITS:
        if path.is_file() and (text := path.read_text().strip()).isdigit():
            return min(int(text), machine)
    return machine


def give_back() -> None:
    """Return freed memory to the system; glibc keeps it otherwise."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


def _machine_bytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
