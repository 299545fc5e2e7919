"""What is known of weaknesses in what is locked: pip-audit asks about each version, in an advisory database."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.package.engine_library import ENGINE
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.upkeep.locks import OURS, sources

_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[.*?\])?==")


class WeakRequirements(Problem):
    """Something that is locked has a known weakness."""

    exit_code = ExitCode.NO

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} known {'weakness' if count == 1 else 'weaknesses'} in what is locked: move to a version that "
            "mends it (sparely lock --upgrade-package NAME), or leave out what does not concern this service "
            "(sparely audit --ignore ID)."
        )


class NotAudited(Problem):
    """The database was not asked; silence is never taken for safety."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Nothing is known of what is locked: {reason}")


@dataclass(frozen=True, slots=True)
class Weakness:
    """An advisory about a locked version; `fixed_in` lists the versions that mend it."""

    name: str
    version: str
    advisory: str
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.fixed_in)}" if self.fixed_in else "not mended yet"
        return f"{self.name} {self.version}: {self.advisory}, {mended}"


def locks_of(root: Path) -> list[Path]:
    """Everything that is locked for a service: its own requirements and the engine's wheel."""
    return [*(source.with_suffix(".txt") for source in sources(root)), ENGINE]


def audit(locks: Iterable[Path], ignored: Sequence[str] = ()) -> list[Weakness]:
    """
    Ask about every version in some locks.

    Our own packages are left out: they lie in vendor/, no registry has them, `sparely upgrade` brings their repairs.

    Args:
        ignored: ids of advisories.

    Raises:
        NotAudited: it cannot be asked about one of them.
    """
    # One lock at a time: pip-audit refuses two versions of one package, which two locks may well hold.
    found = {weakness for lock in locks for weakness in _audit(without_ours(lock.read_text("utf-8")), ignored)}
    return sorted(found, key=lambda weakness: (weakness.name, weakness.version, weakness.advisory))


def _audit(lock: str, ignored: Sequence[str]) -> list[Weakness]:
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "lock.txt"
        copy.write_text(lock, "utf-8")
        arguments = ["--requirement", str(copy)]
        for advisory in ignored:
            arguments += ["--ignore-vuln", advisory]
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip_audit", "--strict", "--require-hashes", "--disable-pip"),
                *("--progress-spinner", "off", "--format", "json", *arguments),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    return weaknesses(done)


def without_ours(lock: str) -> str:
    """A lock without our packages, their hashes, and the line that says where they lie."""
    kept, keeps = [], True
    for line in lock.splitlines():
        requirement = _REQUIREMENT.match(line)
        if requirement:
            keeps = requirement["name"] not in OURS
        if keeps and not line.startswith("--find-links"):
            kept.append(line)
    return "\n".join(kept) + "\n"


def weaknesses(done: subprocess.CompletedProcess[str]) -> list[Weakness]:
    """
    Read what pip-audit has answered.

    Raises:
        NotAudited: it has not asked.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["pip-audit says nothing."])[-1]
        raise NotAudited(last.removeprefix("ERROR:pip_audit._cli:")) from None
    found = {
        Weakness(each["name"], each["version"], advisory["id"], tuple(advisory["fix_versions"]))
        for each in dependencies
        for advisory in each.get("vulns", ())
    }
    return sorted(found, key=lambda weakness: (weakness.name, weakness.advisory))
