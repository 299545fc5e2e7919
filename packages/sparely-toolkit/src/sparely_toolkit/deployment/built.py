"""What `sam build` has left."""

from pathlib import Path
from typing import Any

from sparely_toolkit.local import intrinsics
from sparely_toolkit.problems import Problem


class NotBuilt(Problem):
    """A part of the build is missing."""

    def __init__(self, missing: Path) -> None:
        super().__init__(f"{missing.name} is not built; `make build` does it.")


def read_template(path: Path) -> dict[str, Any]:
    """
    Read the template that `sam build` wrote, short tags as long forms.

    Raises:
        NotBuilt: there is none.
        BrokenTemplate: it is none.
    """
    if not path.is_file():
        raise NotBuilt(path)
    return intrinsics.read(path)
