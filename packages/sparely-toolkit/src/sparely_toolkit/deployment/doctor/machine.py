"""What this machine has: Python, uv, SAM CLI, git, Docker. Nothing is changed."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence

from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning
from sparely_toolkit.package.docker import NoEngine
from sparely_toolkit.package.package_type import is_image
from sparely_toolkit.problems import Problem as SparelyProblem
from sparely_toolkit.project import Project

PATIENCE_S = 20  # `sam --version` imports most of itself, which takes seconds where nothing is cached
VERSION = re.compile(r"\d+(?:\.\d+)+")


def machine_findings(project: Project) -> list[Finding]:
    """Look at everything that needs no account."""
    return [python(project), uv(), sam(project), git(project), docker(project)]


def needed_to_deploy(project: Project) -> list[Finding]:
    """Those that can be a problem, but for SAM's: it takes seconds to start, and does so for a deployment itself."""
    return [python(project), uv(), *([docker(project)] if wants_image(project) else [])]


def python(project: Project) -> Finding:
    """The Python of .venv, which has to be the function's: its bytecode is in the package."""
    expected = (project.root / ".python-version").read_text(encoding="utf-8").strip()
    own = project.root / ".venv" / "bin" / "python"
    if not own.exists():
        return warning("Python", f"{expected} is not set up here yet; `make build` does it.")
    installed = version_of([str(own), "--version"])
    if installed is None:
        return problem("Python", "the one of .venv does not start; delete .venv and run `make build`.")
    if installed.split(".")[:2] != expected.split("."):
        return warning(
            "Python", f".venv has {installed}, .python-version says {expected}; the next `make build` mends it."
        )
    return ok("Python", f"{installed} in .venv")


def uv() -> Finding:
    """It may be missing where `python3 -m venv` can install it, as tools/uv does."""
    installed = version_of(["uv", "--version"])
    if installed:
        return ok("uv", installed)
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return problem("uv", f"it is missing, and {sys.executable} cannot install it; add python3-venv, or uv itself.")
    return ok("uv", "`make build` keeps its own in the user's cache")


def sam(project: Project) -> Finding:
    """The SAM CLI of .venv, of the version that requirements/dev.txt locks: no other one is used."""
    lock = project.requirements / "dev.txt"
    locked = re.search(r"^aws-sam-cli==(\S+)", lock.read_text(encoding="utf-8") if lock.is_file() else "", re.MULTILINE)
    expected = locked.group(1) if locked else "some version"
    own = project.root / ".venv" / "bin" / "sam"
    if not own.exists():
        return warning("SAM CLI", f"{expected} is not set up here yet; `make build` does it.")
    installed = version_of([str(own), "--version"])
    if installed is None:
        return problem("SAM CLI", "the one of .venv does not start; delete .venv and run `make build`.")
    if installed != expected:
        return warning("SAM CLI", f"{installed}, requirements/dev.txt says {expected}; the next `make build` mends it.")
    return ok("SAM CLI", f"{installed} in .venv")


def git(project: Project) -> Finding:
    installed = version_of(["git", "--version"])
    if installed is None:
        return warning("git", "it is missing; only deploying from GitHub needs it.")
    if not (project.root / ".git").exists():
        return warning(
            "git", f"{installed}, but this folder is no repository; `git init` before deploying from GitHub."
        )
    return ok("git", installed)


def wants_image(project: Project) -> bool:
    """Whether the service is deployed as a container image; of a template that says it wrongly others tell."""
    try:
        return is_image(project.template)
    except SparelyProblem:
        return False


def docker(project: Project) -> Finding:
    """Whether its engine answers; the client alone runs nothing."""
    answers = run(["docker", "version"]) is not None
    if wants_image(project):
        return (
            ok("Docker", "its engine answers, which makes the container image")
            if answers
            else problem("Docker", f"{NoEngine()}")
        )
    if not answers:
        return warning("Docker", "no engine answers; only `sam local invoke` and `sam local start-api` need one.")
    return ok("Docker", "its engine answers; `sam local` may use it")


def version_of(command: Sequence[str]) -> str | None:
    """The first version number that a command prints; None when it does not run."""
    number = VERSION.search(run(command) or "")
    return number.group() if number else None


def run(command: Sequence[str]) -> str | None:
    """What a command prints, or None: not there, failed, or too slow."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
