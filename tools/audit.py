"""`make audit`: ask the advisory database about all that is locked here, as `sparely audit` does for a service."""

import subprocess
import sys
from pathlib import Path

from sparely_toolkit.package.engine_library import ENGINE
from sparely_toolkit.problems import Problem
from sparely_toolkit.upkeep.advisories import WeakRequirements, audit

REPOSITORY = Path(__file__).resolve().parents[1]
LOCKS = ("*requirements/*.txt", "*requirements.txt", "*container.txt")


def locks() -> list[Path]:
    """All that pins versions: of this repository, of services, of the add-on, of contestants, and of the engine."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *LOCKS], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return [*sorted({REPOSITORY / name for name in listed.stdout.split("\0") if name}), ENGINE]


def main() -> None:
    """
    Ask, and list what is known.

    Raises:
        WeakRequirements: something is.
    """
    files = locks()
    weaknesses = audit(files)
    for weakness in weaknesses:
        print(weakness)
    if weaknesses:
        raise WeakRequirements(len(weaknesses))
    print(f"No weakness is known in what {len(files)} files lock.")


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_code)
