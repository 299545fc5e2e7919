"""What is installed is locked: each version with its hashes, from no address in particular."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))
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
    assert {each.stem for each in LOCKS} == {each.stem for each in (PROJECT / "requirements").glob("*.in")}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_is_versions_and_hashes_and_nothing_else(lock: Path) -> None:
    """No option, no address of an index and no comment of a machine: the same lock is installed from anywhere."""
    lines = lock.read_text("utf-8").splitlines()

    assert pins(lock)
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []
    assert all(HASH.match(after) for line, after in pairwise(lines) if PIN.match(line))


def test_what_is_tested_is_what_ships() -> None:
    """The versions of the package are those of the environment in which the tests run."""
    locked = {each.stem: pins(each) for each in LOCKS}

    for part, environment in (("lambda", "dev"), ("engine", "training")):
        assert {name: locked[environment].get(name) for name in locked[part]} == locked[part]


def test_both_parts_of_the_environment_agree() -> None:
    """dev.txt and training.txt are installed together, so neither may ask for another version."""
    dev, training = (pins(PROJECT / "requirements" / f"{name}.txt") for name in ("dev", "training"))

    assert {name for name in dev.keys() & training.keys() if dev[name] != training[name]} == set()
