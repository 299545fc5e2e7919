"""Which version the alias goes back to."""

import json
from typing import Any

import pytest

from deployment.configuration import DeploymentProblem
from deployment.rollback import CodeDeploy, version_before
from tests.deployment.conftest import Stub


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


def deployments(stub: Stub, *appspecs: str) -> CodeDeploy:
    """CodeDeploy with these deployments, newest first; only as many are asked for as are needed."""
    client, aws = stub("codedeploy")
    ids = [f"d-{number}" for number in range(len(appspecs))]
    aws.add_response("list_deployments", {"deployments": ids})
    for each in appspecs:
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": each}}
        aws.add_response("get_deployment", {"deploymentInfo": {"revision": revision}})
    return CodeDeploy(client, "application", "group")


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


def test_without_a_trace_the_one_published_before_comes_back(stub: Stub) -> None:
    """CodeDeploy forgets; numbers are compared as numbers."""
    client = versions(stub, "9", "10", "11")

    assert version_before(client, "f", {"FunctionVersion": "11"}, deployments(stub)) == "10"


def test_a_version_that_was_deleted_does_not_come_back(stub: Stub) -> None:
    """An alias cannot reach it."""
    client = versions(stub, "4", "7")

    assert version_before(client, "f", {"FunctionVersion": "7"}, deployments(stub, appspec("5", "7"))) == "4"


def test_while_traffic_moves_the_old_version_keeps_it(stub: Stub) -> None:
    """The alias still names it beside the share of the new one."""
    client, _ = stub("lambda")
    known = CodeDeploy(stub("codedeploy")[0], "application", "group")
    alias = {"FunctionVersion": "6", "RoutingConfig": {"AdditionalVersionWeights": {"7": 0.1}}}

    assert version_before(client, "f", alias, known) == "6"


def test_the_first_version_has_none_before_it(stub: Stub) -> None:
    """There is nothing to do but to deploy."""
    client = versions(stub, "1")

    with pytest.raises(DeploymentProblem, match=r"^Version 1 is the first; there is none to go back to\.$"):
        version_before(client, "f", {"FunctionVersion": "1"}, deployments(stub))


def test_what_still_moves_traffic_is_stopped(stub: Stub) -> None:
    """It would go on over the rollback."""
    client, aws = stub("codedeploy")
    aws.add_response("list_deployments", {"deployments": ["d-1"]})
    aws.add_response("stop_deployment", {"status": "Pending"}, {"deploymentId": "d-1", "autoRollbackEnabled": True})

    assert list(CodeDeploy(client, "application", "group").stop_unfinished()) == ["d-1"]
