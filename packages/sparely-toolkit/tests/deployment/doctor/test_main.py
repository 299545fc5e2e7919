"""`python -m sparely_toolkit.deployment.doctor` as a newcomer runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from sparely_toolkit.deployment.doctor.finding import ok, problem, summary, warning


def doctor(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run it without credentials, and without packages where `-S` is among the options of Python."""
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(project.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    interpreter = [each for each in options if each == "-S"]
    arguments = [each for each in options if each != "-S"]
    command = [sys.executable, *interpreter, "-m", "sparely_toolkit.deployment.doctor", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def test_without_packages_the_machine_is_looked_at(project: Path) -> None:
    """A fresh clone: no boto3, no YAML, and that is no failure."""
    done = doctor(project, "-S")

    assert done.returncode == 0, done.stdout + done.stderr
    assert [line[9:21].strip() for line in done.stdout.splitlines()[:-1]] == [
        "Python", "uv", "SAM CLI", "git", "Docker", "account",
    ]  # fmt: skip
    assert re.search(r"not looked at, since there is no \w+ here yet; `make build` first\.", done.stdout)


def test_without_credentials_it_says_so_and_passes(project: Path) -> None:
    """The account is for later."""
    done = doctor(project)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning  credentials  none are here" in done.stdout


def test_an_unknown_environment_is_a_problem(project: Path) -> None:
    """Exit status 1, and the sentence lists what there is."""
    done = doctor(project, "--config-env", "staging")

    assert done.returncode == 1
    assert 'problem  samconfig    samconfig.toml: no environment "staging". Available: default.' in done.stdout
    assert done.stdout.endswith("1 problem to solve before `make deploy` can work.\n")


def test_the_last_line_counts() -> None:
    """Problems first; warnings stop nothing."""
    assert summary([ok("a", "")]) == "All is well."
    assert summary([ok("a", ""), warning("b", ""), warning("c", "")]) == "No problem found; 2 warnings to read."
    assert summary([warning("b", ""), problem("c", "")]) == "1 problem to solve before `make deploy` can work."
