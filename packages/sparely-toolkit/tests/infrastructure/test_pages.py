"""The templates that pages show whole, and the changes of template.yaml that they show, as CloudFormation sees them."""

import re
import shutil
from pathlib import Path

import pytest
from cfnlint import api as cfnlint
from cfnlint.config import ManualArgs

from sparely_toolkit.local import intrinsics
from sparely_toolkit.upkeep.pages import page, pages
from support.pages import LINTED, change, steps
from support.services import baked
from tests.infrastructure.conftest import REGION, Template

SHOWN = {
    name: text
    for file in map(page, LINTED)
    for name, text in re.findall(
        r"^<!-- template: (\S+) -->\n```yaml\n(.*?)^```$", file.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
}


def faults(text: str) -> list[str]:
    found = cfnlint.lint(text, config=ManualArgs(regions=[REGION]))
    return [f"{each.rule.id} {each.path}: {each.message}" for each in found]


def test_the_pages_show_what_this_test_looks_at() -> None:
    """A block that is marked otherwise would be skipped, and so would one of another page."""
    marks = {
        file.stem: re.findall(r"^<!-- (template|change): \S+ -->\n```", file.read_text("utf-8"), re.M)
        for file in map(page, LINTED)
    }

    assert SHOWN.keys() == {"key.yaml", "front.yaml", "firewall.yaml", "network.yaml"}
    assert sum(map(len, marks.values())) == len(SHOWN) + len(steps(page("private-api")))
    assert {name for name, file in pages().items() if "<!-- template: " in file.read_text("utf-8")} == {*LINTED}


@pytest.mark.parametrize("name", SHOWN)
def test_a_template_of_a_page_is_valid(name: str) -> None:
    """As cfn-lint sees it, and every parameter has its sentence."""
    assert faults(SHOWN[name]) == []
    assert all(each["Description"] for each in intrinsics.load(SHOWN[name])["Parameters"].values())


def test_the_keys_policy_fits_the_services_log_groups() -> None:
    """CloudWatch Logs may use it for each log group of the stack."""
    key = intrinsics.load(SHOWN["key.yaml"])["Resources"]["Key"]["Properties"]["KeyPolicy"]
    (logs,) = (each for each in key["Statement"] if each["Sid"] == "Logs")
    patterns = [each["Fn::Sub"] for each in logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]]
    allowed = [each.partition(":log-group:")[2].replace("${StackName}*", "") for each in patterns]
    resources = intrinsics.read(baked("rest-key").template)["Resources"].values()

    groups = [each["Properties"]["LogGroupName"]["Fn::Sub"] for each in resources if "LogGroup" in each["Type"]]

    assert len(groups) >= 3
    for group in groups:
        assert any(group.replace("${AWS::StackName}", "").startswith(each) for each in allowed), group


def test_a_private_api_is_what_the_page_makes_of_the_service(tmp_path: Path) -> None:
    """Its changes fit the template, which is valid then; only the endpoint is let in."""
    file = tmp_path / "template.yaml"
    shutil.copy(baked("rest-key").template, file)

    for step in steps(page("private-api")):
        change(tmp_path / step.name, step.text)

    template = Template("rest-key", file.read_text("utf-8"))
    assert faults(template.text) == []
    made = template.translate({"VpcEndpoint": "vpce-0123456789abcdef0"})["Resources"]["Api"]["Properties"]
    assert made["EndpointConfiguration"]["Types"] == ["PRIVATE"]
    effects = [each["Effect"] for each in made["Body"]["x-amazon-apigateway-policy"]["Statement"]]
    assert sorted(effects) == ["Allow", "Deny"]
