"""What is installed is locked: each version with its hashes, from no address in particular."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from sparely_toolkit.package.engine_library import ENGINE
from support.services import baked

REQUIREMENTS = baked().requirements
LOCKS = [*sorted(REQUIREMENTS.glob("*.txt")), ENGINE]
VENDOR = "--find-links ../vendor"
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(?P<version>\S+)(?: ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(lock: Path) -> dict[str, set[str]]:
    """Versions by name; a name has several where Pythons or systems differ."""
    found: dict[str, set[str]] = {}
    for line in lock.read_text("utf-8").splitlines():
        if pin := PIN.match(line):
            found.setdefault(pin["name"], set()).add(pin["version"])
    return found


def test_every_requirement_is_locked() -> None:
    """Each .in, written by hand, has its .txt, and no .txt is written by hand."""
    assert {each.stem for each in LOCKS} - {ENGINE.stem} == {each.stem for each in REQUIREMENTS.glob("*.in")}
    assert ENGINE.with_suffix(".in").is_file()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_is_versions_and_hashes_and_nothing_else(lock: Path) -> None:
    """
    No address of an index and no comment of a machine: the same lock is installed from anywhere.

    Where our packages lie is said by a path from the lock itself; the engine's wheel is none of ours.
    """
    first, *lines = lock.read_text("utf-8").splitlines()
    if lock == ENGINE:
        lines = [first, *lines]
    else:
        assert (first, lines.pop(0)) == (VENDOR, "")

    assert pins(lock)
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []
    assert all(HASH.match(after) for line, after in pairwise(lines) if PIN.match(line))


def test_what_is_tested_is_what_ships() -> None:
    """The versions of the package are those of the environment in which the tests run."""
    shipped, tested = (pins(REQUIREMENTS / f"{name}.txt") for name in ("lambda", "dev"))

    assert {name: tested.get(name) for name in shipped} == shipped


def test_models_are_compared_by_the_engine_that_serves_them() -> None:
    """onnxruntime where models are exported, and the wheel whose C library ships."""
    assert pins(REQUIREMENTS / "export.txt")["onnxruntime"] == pins(ENGINE)["onnxruntime"]


def test_no_training_library_is_installed_before_it_is_needed() -> None:
    """They are in the environment of export.txt alone."""
    libraries = {"onnx", "onnxruntime", "pandas", "scikit-learn", "skl2onnx", "sparely-export"}

    assert libraries <= pins(REQUIREMENTS / "export.txt").keys()
    assert libraries & pins(REQUIREMENTS / "dev.txt").keys() == set()
