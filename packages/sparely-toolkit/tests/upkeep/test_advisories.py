"""What pip-audit is asked about, and what becomes of its answer."""

import json
import re
import subprocess

import pytest

from sparely_toolkit.package.engine_library import ENGINE
from sparely_toolkit.upkeep.advisories import (
    NotAudited,
    Weakness,
    WeakRequirements,
    locks_of,
    weaknesses,
    without_ours,
)
from sparely_toolkit.upkeep.locks import OURS
from support.services import baked

LOCK = """\
--find-links ../vendor

aiohttp==3.14.5 \\
    --hash=sha256:01
sparely==0.1.0.dev1 \\
    --hash=sha256:02
sparely-toolkit==0.1.0.dev2 \\
    --hash=sha256:03 \\
    --hash=sha256:04
sympy[extra]==1.14.0 ; python_version < '3.13' \\
    --hash=sha256:05
"""
WITHOUT = """\

aiohttp==3.14.5 \\
    --hash=sha256:01
sympy[extra]==1.14.0 ; python_version < '3.13' \\
    --hash=sha256:05
"""


def audited(*dependencies: object, said: str = "") -> subprocess.CompletedProcess[str]:
    """pip-audit, as it ends."""
    document = json.dumps({"dependencies": list(dependencies)}) if dependencies else ""
    return subprocess.CompletedProcess([], 1, document, said)


def test_our_own_packages_are_left_out() -> None:
    """No registry has them, and pip-audit takes what it cannot ask about for a failure."""
    assert without_ours(LOCK) == WITHOUT


def test_everything_that_is_locked_is_asked_about() -> None:
    """A service's requirements, and the wheel of the engine, which ships."""
    names = [file.name for file in locks_of(baked().root)]

    assert names == ["lambda.txt", "dev.txt", "export.txt", ENGINE.name]
    assert all(file.is_file() for file in locks_of(baked().root))


def test_a_weakness_names_the_versions_that_mend_it() -> None:
    """Each advisory once, though several locks name the package."""
    weak = {"name": "a", "version": "1", "vulns": [{"id": "GHSA-1", "fix_versions": ["1.1", "2"]}]}
    hopeless = {"name": "b", "version": "3", "vulns": [{"id": "GHSA-2", "fix_versions": []}]}

    found = weaknesses(audited(weak, weak, hopeless, {"name": "c", "version": "1", "vulns": []}))

    assert found == [Weakness("a", "1", "GHSA-1", ("1.1", "2")), Weakness("b", "3", "GHSA-2", ())]
    assert [str(each) for each in found] == ["a 1: GHSA-1, mended in 1.1, 2", "b 3: GHSA-2, not mended yet"]


def test_silence_is_not_taken_for_safety() -> None:
    """Where the database was not asked, pip-audit's last line says why."""
    with pytest.raises(NotAudited) as lacking:
        weaknesses(audited(said="WARNING:x:y\nERROR:pip_audit._cli:no route to host\n"))

    assert str(lacking.value) == "Nothing is known of what is locked: no route to host"


def test_weaknesses_end_with_what_to_do() -> None:
    """One, or several."""
    assert str(WeakRequirements(2)) == (
        "2 known weaknesses in what is locked: move to a version that mends it (sparely lock --upgrade-package NAME), "
        "or leave out what does not concern this service (sparely audit --ignore ID)."
    )
    assert str(WeakRequirements(1)).startswith("1 known weakness in what is locked: ")


def test_a_lock_without_ours_keeps_every_other_requirement() -> None:
    """With its hashes."""
    lock = (baked().requirements / "dev.txt").read_text("utf-8")

    names = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    kept = re.findall(r"^([a-z0-9-]+)==.* \\\n    --hash", without_ours(lock), re.MULTILINE)
    assert kept == [name for name in names if name not in OURS]
