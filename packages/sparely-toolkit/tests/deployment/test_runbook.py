"""The page on operations: what its commands rely on."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore import xform_name

from sparely_toolkit.deployment.doctor.stack import serving_version
from support.services import baked
from tests.deployment.conftest import DOCS
from tests.infrastructure.conftest import Template, of_type
from tests.infrastructure.conftest import template as template

PAGE = (DOCS / "operations.md").read_text("utf-8")
GROUP, ALIAS = "AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::Alias"


def commands(program: str) -> Iterator[list[str]]:
    """Every command of a program in the page's shell blocks, as words."""
    for block in re.findall(r"^ *```sh\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip().startswith(f"{program} "):
                yield shlex.split(line.partition(" > ")[0])[1:]


def test_every_command_of_aws_is_an_operation_with_these_options() -> None:
    """As the service models of botocore have it; the command line calls CodeDeploy `deploy`."""
    session: Any = botocore.session.get_session()
    used = list(commands("aws"))

    assert used
    for service, operation, *arguments in used:
        model = session.get_service_model({"deploy": "codedeploy"}.get(service, service))
        (found,) = [each for each in model.operation_names if xform_name(each, "-") == operation]
        known = {f"--{xform_name(each, '-')}" for each in model.operation_model(found).input_shape.members}
        assert {each for each in arguments if each.startswith("--")} - {"--query", "--output"} <= known, operation


def test_every_make_target_takes_these_variables() -> None:
    """A variable that a target does not read would be passed over in silence."""
    makefile = (baked().root / "Makefile").read_text("utf-8")
    used = list(commands("make"))

    assert ["rollback", "STAGE=prod", "ARGS=--to N"] in used
    for target, *variables in used:
        rule = makefile.partition(f"\n{target}:")[2].partition("\n\n")[0]
        assert [each for each in variables if f"$({each.partition('=')[0]})" not in rule] == [], target


def test_every_anchor_is_a_heading() -> None:
    """Also the heading that the doctor names."""
    headings = {each.lower().replace(" ", "-") for each in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}

    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings
    assert "deploy-after-a-rollback" in headings
    assert '"Deploy after a rollback"' in str(serving_version.__code__.co_consts)


def test_a_release_leaves_the_group_alone(template: Template) -> None:
    """Alarms that were silenced by hand stay so."""
    old = template.translate({"ReleaseId": "a" * 32}, "s3://bucket/one")
    new = template.translate({"ReleaseId": "b" * 32}, "s3://bucket/two")

    assert of_type(old, GROUP) == of_type(new, GROUP)
    assert of_type(old, ALIAS) != of_type(new, ALIAS)


def test_another_rollout_writes_the_group_anew(template: Template) -> None:
    """Why the page has the rollout changed in CodeDeploy."""
    assert of_type(template.translate({"Rollout": "AllAtOnce"}), GROUP) != of_type(
        template.translate({"Rollout": "Canary10Percent5Minutes"}), GROUP
    )


def test_a_disabled_preference_moves_the_alias_without_code_deploy(template: Template) -> None:
    """The way out after a rollback by hand."""
    preference = "      DeploymentPreference:\n"
    assert preference in template.text
    disabled = Template(template.api, template.text.replace(preference, f"{preference}        Enabled: false\n"))

    translated = disabled.translate()

    assert [name for name, alias in of_type(translated, ALIAS).items() if "UpdatePolicy" in alias] == []
    assert of_type(translated, GROUP) == {}
