"""deploy.yml: what may deploy, when production follows, and what waits for what."""

import re
from typing import Any

import pytest
import yaml

from support.services import baked
from tests.deployment.conftest import DOCS

SERVICE = baked()
ENVIRONMENTS = ["development", "production"]
WORKFLOW: dict[Any, Any] = yaml.safe_load((SERVICE.root / ".github" / "workflows" / "deploy.yml").read_text("utf-8"))
ON_MAIN = "github.ref == 'refs/heads/main'"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_only_main_deploys(name: str) -> None:
    """Whoever starts the workflow by hand can choose any branch."""
    first, *_ = WORKFLOW["jobs"][name]["if"].split(" && ")

    assert first == ON_MAIN


def test_production_follows_only_when_asked_or_reviewed() -> None:
    """Private repositories have no reviewers below GitHub Enterprise; by default nothing goes there by itself."""
    triggers = WORKFLOW[True]  # YAML 1.1 reads `on` as a truth value
    asked = triggers["workflow_dispatch"]["inputs"]["production"]

    assert WORKFLOW["jobs"]["production"]["if"] == (
        f"{ON_MAIN} && (inputs.production || vars.PRODUCTION_HAS_REVIEWERS == 'true')"
    )
    assert (asked["type"], asked["default"]) == ("boolean", False)


def test_environments_wait_for_themselves_only() -> None:
    """A run that waits for approval would else hold up the next push's way to development."""
    groups = [WORKFLOW["jobs"][name]["concurrency"] for name in ENVIRONMENTS]

    assert "concurrency" not in WORKFLOW
    assert groups == [{"group": f"deploy-{name}", "cancel-in-progress": False} for name in ENVIRONMENTS]


def test_a_push_does_not_cancel_the_tests_of_a_deployment_by_hand() -> None:
    """Both call the same tests on the same branch, and a newer run cancels an older one."""
    tests = yaml.safe_load((SERVICE.root / ".github" / "workflows" / "test.yml").read_text("utf-8"))

    assert "${{ github.event_name }}" in tests["concurrency"]["group"]


def test_the_page_limits_both_environments_to_main() -> None:
    """A token names the environment and no branch."""
    page = (DOCS / "first-deployment.md").read_text("utf-8")
    (loop,) = re.findall(r"for environment in ([\w ]+); do\n(.*?)done", page, re.DOTALL)

    assert loop[0].split() == ENVIRONMENTS
    assert "deployment_branch_policy[custom_branch_policies]=true" in loop[1]
    assert "/deployment-branch-policies -f name=main" in loop[1]
    assert "PRODUCTION_HAS_REVIEWERS" in page
