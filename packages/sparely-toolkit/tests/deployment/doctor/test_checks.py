"""`sparely doctor` as a newcomer runs it."""

import os
import subprocess
import sys

from sparely_toolkit.deployment.doctor.finding import ok, problem, summary, warning
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project


def doctor(project: Project, *options: str) -> subprocess.CompletedProcess[str]:
    """Run it without credentials."""
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(project.root.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "sparely_toolkit", "doctor", *options]
    return subprocess.run(command, cwd=project.source, env=environment, capture_output=True, text=True, check=False)


def test_the_machine_comes_first_and_the_account_last(project: Project) -> None:
    """What needs no account is looked at without one."""
    done = doctor(project)

    assert [line[9:21].strip() for line in done.stdout.splitlines()[:-1]] == [
        "Python", "uv", "SAM CLI", "git", "Docker", "models", "template", "toolkit", "stack name", "region", "credentials",
    ]  # fmt: skip


def test_without_credentials_it_says_so(project: Project) -> None:
    """Nothing can be deployed without, and nothing else is wrong."""
    done = doctor(project)

    assert done.returncode == ExitCode.AWS, done.stdout + done.stderr
    assert "problem  credentials  No AWS credentials are here" in done.stdout
    assert {line[9:21].strip() for line in done.stdout.splitlines() if line.startswith("problem")} == {
        "region",
        "credentials",
    }


def test_an_unknown_stage_is_a_problem(project: Project) -> None:
    """Exit code 4, and the sentence lists what there is."""
    done = doctor(project, "--stage", "staging")

    assert done.returncode == ExitCode.AWS
    assert 'problem  samconfig    samconfig.toml: no stage "staging". Available: default.' in done.stdout
    assert done.stdout.endswith("1 problem to solve before `make deploy` can work.\n")


def test_the_last_line_counts() -> None:
    """Problems first; warnings stop nothing."""
    assert summary([ok("a", "")]) == "All is well."
    assert summary([ok("a", ""), warning("b", ""), warning("c", "")]) == "No problem found; 2 warnings to read."
    assert summary([warning("b", ""), problem("c", "")]) == "1 problem to solve before `make deploy` can work."
