"""
What checkov, zizmor, parliament and Spectral say of services: what the page on audits accepts, and nothing else.

Each reads what a user has: templates, workflows, policies and the contract of a baked service of each api choice.
"""

import re
import shutil
from pathlib import Path

import pytest

from sparely_toolkit.local import intrinsics
from sparely_toolkit.upkeep.pages import page
from tests.conftest import APIS, REPOSITORY
from tests.support import peers
from tests.support.sagemaker import added
from tests.support.services import baked

ROW = re.compile(r"^\| (\w+) \| ([\w-]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ACCEPTED = [row for row in ROW.findall(page("audit").read_text("utf-8")) if row[0] != "tool"]
"""Tool, finding, where, and why it stays."""
OPTIONS = {
    "Repository": "o/r",
    "StackName": "service-prod",
    "Queue": "on",
    "AskWhileShifting": "on",
    "Tracing": "Active",
    "DomainName": "api.example.com",
    "KmsKeyArn": f"arn:aws:kms:us-east-1:{peers.ACCOUNT}:key/12345678-1234-1234-1234-123456789012",
    "PermissionsBoundary": f"arn:aws:iam::{peers.ACCOUNT}:policy/bounds",
}


MAKING = {
    "Queue": "on",
    "Batch": "S3",
    "DomainName": "api.example.com",
    "CertificateArn": f"arn:aws:acm:us-east-1:{peers.ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012",
    "AlarmEmail": "operator@example.com",
    "DailyBudget": "5",
    "Authorization": "key",
}
"""Parameters that make resources which are not there by default."""


def accepted(tool: str) -> set[peers.Finding]:
    """What the page has of a tool, one for each place."""
    return {(code, place) for name, code, places, _ in ACCEPTED if name == tool for place in places.split(", ")}


def test_each_accepted_finding_has_its_reason() -> None:
    """In a sentence, and of a tool that runs here."""
    assert {tool for tool, *_ in ACCEPTED} == {"checkov", "zizmor", "parliament", "spectral"}
    assert all(len(reason) > 20 for *_, reason in ACCEPTED)


@pytest.mark.slow
def test_checkov_finds_what_is_accepted(tmp_path: Path) -> None:
    """In the templates of each api choice, the deploy role and both of the add-on's; it skips what no default makes."""
    files = {f"{api}.yaml": baked(api).template for api in APIS}
    files["role.yaml"] = baked().root / "deployment" / "role.yaml"
    files |= {name: added().root / name for name in ("multi-model.yaml", "direct.yaml")}
    for name, file in files.items():
        (tmp_path / name).write_text(peers.with_defaults(file.read_text("utf-8"), MAKING), "utf-8")

    found = peers.checkov(*(tmp_path / name for name in files))

    assert found == accepted("checkov")


@pytest.mark.slow
def test_zizmor_finds_what_is_accepted() -> None:
    """In a service's workflows, which each api choice has alike, and in this repository's."""
    found = peers.zizmor(baked().root / ".github", REPOSITORY / ".github")

    assert found == accepted("zizmor")


@pytest.mark.slow
def test_parliament_finds_what_is_accepted() -> None:
    """In each role of each template, with every option, and in the role that deploys each kind of API."""
    deployer = intrinsics.read(baked().root / "deployment" / "role.yaml")
    policies = [each for api in ("http", "rest", "url") for each in peers.policies(deployer, **{**OPTIONS, "Api": api})]
    templates = [
        *(baked(api).template for api in APIS),
        added().root / "multi-model.yaml",
        added().root / "direct.yaml",
    ]
    policies += [each for file in templates for each in peers.policies(intrinsics.read(file), **OPTIONS)]

    assert len(policies) > 40
    assert peers.parliament(policies) == accepted("parliament")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no Node.js")
def test_spectral_finds_what_is_accepted() -> None:
    """In the contract; that of a function URL and that of a REST API differ most."""
    found = {each for api in ("rest-key", "function-url") for each in peers.lint_of_spectral(baked(api).openapi)}

    assert found == accepted("spectral")
