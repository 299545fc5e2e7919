"""TOML files that a service's owner writes: one sentence where one cannot be read."""

import tomllib
from pathlib import Path
from typing import Any

from sparely_toolkit.problems import Problem


class UnreadableToml(Problem):
    """A TOML file is missing, or does not hold what it should."""

    def __init__(self, file: Path, fault: str) -> None:
        super().__init__(f"{file.name} cannot be read: {fault.rstrip('.')}.")


def read_toml(file: Path) -> dict[str, Any]:
    """
    Read a file.

    Raises:
        UnreadableToml: it is missing, or no TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise UnreadableToml(file, f"{fault.strerror} ({file})") from None
    except ValueError as fault:
        raise UnreadableToml(file, str(fault)) from None
