"""Programs that come with the toolkit, such as ruff and `sam`, run on a service; and what they say against it."""

import subprocess
from collections.abc import Iterator

from sparely_toolkit.package.sam_build import sam_environment
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project


class NoProgram(Problem):
    """A program that the service's environment should have is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no {name} in the service's environment: put it into requirements/dev.in and run make lock."
        )


def run_program(project: Project, program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """
    Run one in the service's folder, with more variables in its environment.

    Raises:
        NoProgram: it is not there.
    """
    if not project.program(program).exists():
        raise NoProgram(program)
    command = [str(project.program(program)), *arguments]
    environment = {**sam_environment(), **variables}
    return subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True, check=False)


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """What a program that failed has said; nothing of one that did not."""
    return said(done) or "no words" if done.returncode else ""


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What it printed, its errors last, without blanks at the ends of lines."""
    return "\n".join(_lines(done.stdout + done.stderr))


def _lines(text: str) -> Iterator[str]:
    yield from (line.rstrip() for line in text.strip().splitlines())
