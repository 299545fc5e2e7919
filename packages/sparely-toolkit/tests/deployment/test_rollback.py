"""Which version the alias goes back to, and that it is awake before."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from botocore.stub import Stubber

from sparely_toolkit.deployment.code_deploy import UNFINISHED, CodeDeploy
from sparely_toolkit.deployment.rollback import existing, version_before, wake
from sparely_toolkit.problems import Problem
from tests.deployment.conftest import Stub

# Appspecs and who made the deployment.
Made = Sequence[tuple[str, str]]


def appspec(current: str, target: str) -> str:
    """What CodeDeploy keeps of a deployment of a function."""
    properties = {"Name": "f", "Alias": "live", "CurrentVersion": current, "TargetVersion": target}
    return json.dumps(
        {"version": 0.0, "Resources": [{"f": {"Type": "AWS::Lambda::Function", "Properties": properties}}]}
    )


def versions(stub: Stub, *numbers: str) -> Any:
    client, aws = stub("lambda")
    aws.add_response("list_versions_by_function", {"Versions": [{"Version": each} for each in ("$LATEST", *numbers)]})
    return client


def deployments(stub: Stub, *ended: str, under_way: str | None = None, newest: Made = ()) -> CodeDeploy:
    """
    CodeDeploy with these appspecs, newest first; only as many are asked for as are needed.

    Args:
        under_way: one that has not ended.
        newest: those that ended last, with who made them.
    """
    client, aws = stub("codedeploy")
    unfinished = [(under_way, "CloudFormation")] if under_way else []
    answer(aws, UNFINISHED, unfinished)
    made = [*unfinished, *newest, *((each, "CloudFormation") for each in ended)]
    answer(aws, [*UNFINISHED, "Succeeded"], made)
    return CodeDeploy(client, "application", "group")


def answer(aws: Stubber, statuses: list[str], found: Made) -> None:
    """Let CodeDeploy list these, and tell each."""
    asked = {"applicationName": "application", "deploymentGroupName": "group", "includeOnlyStatuses": statuses}
    aws.add_response("list_deployments", {"deployments": [f"d-{number}" for number in range(len(found))]}, asked)
    for content, creator in found:
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
        aws.add_response("get_deployment", {"deploymentInfo": {"revision": revision, "creator": creator}})


def test_the_version_that_was_replaced_comes_back(stub: Stub) -> None:
    """Version 6 was refused once: the deployment of 7 replaced 5."""
    client = versions(stub, "5", "6", "7")

    found = version_before(client, "f", {"FunctionVersion": "7"}, deployments(stub, appspec("5", "7")))

    assert found == "5"


def test_deployments_of_other_versions_are_passed_over(stub: Stub) -> None:
    """After a rollback the newest deployment is not that of the version that serves."""
    client = versions(stub, "5", "6", "7")
    known = deployments(stub, appspec("6", "7"), "not an appspec", appspec("5", "6"))

    assert version_before(client, "f", {"FunctionVersion": "6"}, known) == "5"


def test_during_the_check_after_traffic_the_replaced_version_comes_back(stub: Stub) -> None:
    """The alias is whole again and the deployment has not ended; 6 was refused once."""
    client = versions(stub, "5", "6", "7")
    known = deployments(stub, under_way=appspec("5", "7"))

    assert version_before(client, "f", {"FunctionVersion": "7"}, known) == "5"


def test_during_the_check_before_traffic_the_serving_version_stays(stub: Stub) -> None:
    """What is taken back is the deployment of 8, not the one before it."""
    client, (code_deploy, aws) = stub("lambda")[0], stub("codedeploy")
    answer(aws, UNFINISHED, [(appspec("7", "8"), "CloudFormation")])
    known = CodeDeploy(code_deploy, "application", "group")

    assert version_before(client, "f", {"FunctionVersion": "7"}, known) == "7"


@pytest.mark.parametrize("creator", ["codeDeployRollback", "CloudFormationRollback"])
def test_what_aws_rolled_back_does_not_come_back(stub: Stub, creator: str) -> None:
    """Its own deployment leads from the refused 8 to 7."""
    client = versions(stub, "6", "7", "8")
    known = deployments(stub, appspec("6", "7"), newest=[(appspec("8", "7"), creator)])

    assert version_before(client, "f", {"FunctionVersion": "7"}, known) == "6"


@pytest.mark.parametrize("known", [[], [appspec("5", "11")]], ids=["forgotten", "deleted"])
def test_without_a_trace_no_version_is_guessed(stub: Stub, known: list[str]) -> None:
    """The one published before may have been refused; the sentence names all, as numbers are counted."""
    client = versions(stub, "9", "10", "11")

    with pytest.raises(Problem) as caught:
        version_before(client, "f", {"FunctionVersion": "11"}, deployments(stub, *known))

    assert str(caught.value) == (
        "CodeDeploy has no record of a version that is still there and served before 11; "
        'published are 9, 10, 11. Name the one to go to: ARGS="--to N".'
    )


def test_while_traffic_moves_the_old_version_keeps_it(stub: Stub) -> None:
    """The alias still names it beside the share of the new one."""
    client, _ = stub("lambda")
    known = CodeDeploy(stub("codedeploy")[0], "application", "group")
    alias = {"FunctionVersion": "6", "RoutingConfig": {"AdditionalVersionWeights": {"7": 0.1}}}

    assert version_before(client, "f", alias, known) == "6"


def test_the_first_version_has_none_before_it(stub: Stub) -> None:
    """There is nothing to do but to deploy."""
    client, (code_deploy, aws) = versions(stub, "1"), stub("codedeploy")
    answer(aws, UNFINISHED, [])

    with pytest.raises(Problem, match=r"^Version 1 is the first; there is none to go back to\.$"):
        version_before(client, "f", {"FunctionVersion": "1"}, CodeDeploy(code_deploy, "application", "group"))


def test_a_version_that_is_not_there_is_told(stub: Stub) -> None:
    """Before anything is stopped."""
    with pytest.raises(Problem, match=r"^There is no version 6; published are 5, 7, 10\.$"):
        existing(versions(stub, "10", "5", "7"), "f", "6")


def test_without_code_deploy_a_version_can_be_named(stub: Stub) -> None:
    """A stack has no application while its DeploymentPreference is disabled."""
    deployments = CodeDeploy(stub("codedeploy")[0], None, None)

    assert list(deployments.stop_unfinished()) == []
    assert list(deployments.moves(UNFINISHED)) == []


def test_what_still_moves_traffic_is_stopped(stub: Stub) -> None:
    """It would go on over the rollback."""
    client, aws = stub("codedeploy")
    aws.add_response("list_deployments", {"deployments": ["d-1"]})
    aws.add_response("stop_deployment", {"status": "Pending"}, {"deploymentId": "d-1", "autoRollbackEnabled": True})

    assert list(CodeDeploy(client, "application", "group").stop_unfinished()) == ["d-1"]


VERSION = {"FunctionName": "f", "Qualifier": "5"}


def test_an_active_version_is_left_alone(stub: Stub) -> None:
    """One question, and no invocation."""
    client, aws = stub("lambda")
    aws.add_response("get_function_configuration", {"State": "Active"}, VERSION)

    wake(client, "f", "5")


def test_an_inactive_version_is_invoked_and_waited_for(stub: Stub) -> None:
    """Its first invocation fails, and makes Lambda take a snapshot."""
    client, aws = stub("lambda")
    aws.add_response("get_function_configuration", {"State": "Inactive"}, VERSION)
    aws.add_client_error("invoke", "SnapStartNotReadyException", expected_params={**VERSION, "Payload": b"{}"})
    for state in ("Inactive", "Pending", "Active"):
        aws.add_response("get_function_configuration", {"State": state}, VERSION)

    wake(client, "f", "5", poll_s=0)


def test_a_version_that_wakes_already_is_only_waited_for(stub: Stub) -> None:
    """Somebody has invoked it a moment ago."""
    client, aws = stub("lambda")
    for state in ("Pending", "Active"):
        aws.add_response("get_function_configuration", {"State": state}, VERSION)

    wake(client, "f", "5", poll_s=0)


@pytest.mark.parametrize("states", [["Pending", "Pending", "Pending"], ["Pending", "Failed"]])
def test_a_version_that_does_not_wake_is_told(stub: Stub, states: list[str]) -> None:
    """Moving the alias to it would refuse every caller."""
    client, aws = stub("lambda")
    for state in states:
        aws.add_response("get_function_configuration", {"State": state}, VERSION)
    sentence = f"Version 5 is {states[-1]} and did not wake within 0 s; the alias was not moved."

    with pytest.raises(Problem, match=rf"^{re.escape(sentence)}"):
        wake(client, "f", "5", poll_s=0, polls=2)
