"""Which commit a version is built from, as its description and the function's tag say it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from sparely_toolkit import names
from sparely_toolkit.deployment.stack import Stack


def commit_of(folder: Path) -> str:
    """The commit that is checked out, with `-dirty` where tracked files differ from it; empty where there is none."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError:  # there is no git
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def commit_to_name(folder: Path, parameters: Mapping[str, str], stack: Stack | None) -> str:
    """
    Give the commit that a deployment names: the one checked out, or the version's where none is published.

    A version's description cannot be changed: CloudFormation would publish the same once more, and Lambda refuses that.

    Args:
        parameters: what is deployed, with the release id that it has; a commit that is given there counts.
        stack: as the last deployment left it.
    """
    if parameters.get(names.PARAMETER_COMMIT):
        return parameters[names.PARAMETER_COMMIT]
    if stack and stack.parameters.get(names.PARAMETER_RELEASE) == parameters[names.PARAMETER_RELEASE]:
        return stack.parameters.get(names.PARAMETER_COMMIT, "")
    return commit_of(folder)
