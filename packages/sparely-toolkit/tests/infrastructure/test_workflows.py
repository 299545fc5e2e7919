"""GitHub's workflows: valid, pinned, and with no more rights than they need."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.services import baked

SERVICE = baked()
WORKFLOWS = sorted((SERVICE.root / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: (?:[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/\w+\.yml)$")


def jobs(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from yaml.safe_load(file.read_text("utf-8"))["jobs"].items()


def test_workflows_fit_the_schema() -> None:
    """GitHub's own JSON schema, as a package carries it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]

    done = subprocess.run([*command, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert [file.name for file in WORKFLOWS] == ["deploy.yml", "test.yml"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_by_commit(file: Path) -> None:
    """A tag can be moved to other code; the comment says which release the commit is."""
    used = [line.strip().removeprefix("- ") for line in file.read_text("utf-8").splitlines() if "uses:" in line]

    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_rights_are_given_to_jobs_only(file: Path) -> None:
    """Without a word on rights a workflow may write to the repository."""
    assert yaml.safe_load(file.read_text("utf-8"))["permissions"] == {}
    for name, job in jobs(file):
        deploys = "environment" in job
        assert job["permissions"] == {"contents": "read", **({"id-token": "write"} if deploys else {})}, name


def test_production_follows_development_and_both_follow_the_tests() -> None:
    """Each in its environment, where approvals and the role's ARN are kept; no stored key is read."""
    found = dict(jobs(SERVICE.root / ".github" / "workflows" / "deploy.yml"))

    assert {name: job.get("needs") for name, job in found.items()} == {
        "test": None,
        "development": "test",
        "production": "development",
    }
    assert [found[name]["environment"] for name in ("development", "production")] == ["development", "production"]
    assert "secrets." not in (SERVICE.root / ".github" / "workflows" / "deploy.yml").read_text("utf-8")


@pytest.mark.parametrize("environment", ["development", "production"])
def test_what_a_build_installs_sees_no_credentials(environment: str) -> None:
    """A job builds, then signs in, then does nothing but deploy what is built."""
    job = dict(jobs(SERVICE.root / ".github" / "workflows" / "deploy.yml"))[environment]

    steps = [each.get("run") or each["uses"].partition("@")[0] for each in job["steps"]]

    assert [each.partition(" STAGE=")[0] for each in steps] == [
        "actions/checkout",
        "make build",
        "aws-actions/configure-aws-credentials",
        "make deploy",
    ]


def test_workflows_run_the_makefile() -> None:
    """What a person runs is what runs here."""
    targets = set(re.findall(r"^([a-z-]+):", (SERVICE.root / "Makefile").read_text("utf-8"), re.MULTILINE))

    for file in WORKFLOWS:
        for _, job in jobs(file):
            for step in job.get("steps", []):
                if "run" in step:
                    make, target, *_ = step["run"].split()
                    assert make == "make"
                    assert target in targets
