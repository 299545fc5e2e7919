"""git, as far as upkeep asks it: what a command changes can be taken back where nothing else has changed."""

import subprocess
from pathlib import Path

from sparely_toolkit.problems import ExitCode, Problem


class NotCommitted(Problem):
    """What a command changes could not be told from what its owner has changed."""

    exit_code = ExitCode.NO

    def __init__(self, root: Path, reason: str) -> None:
        super().__init__(f"{root.name} {reason}, so that this could not be taken back: commit first, or say --force.")


def require_committed(root: Path, *paths: str) -> None:
    """
    Refuse to go on where git could not restore what lies there.

    Args:
        paths: below the root; none means all of it.

    Raises:
        NotCommitted: it is not under version control, or something has changed since the last commit.
    """
    try:
        done = subprocess.run(
            ["git", "status", "--porcelain", "--", *(paths or (".",))],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise NotCommitted(root, "cannot be asked for what has changed, for git is not installed here") from None
    if done.returncode:
        raise NotCommitted(root, "is not under version control")
    if done.stdout.strip():
        raise NotCommitted(root, "has changes that are not committed")
