"""What the doctor says when callers are served by another version than the stack names."""

from datetime import UTC, datetime

import pytest

from sparely_toolkit.deployment.doctor.finding import Finding
from sparely_toolkit.deployment.doctor.stack import serving_version
from sparely_toolkit.samconfig import Stage
from tests.deployment.conftest import Stub

STAGE = Stage("prod", "s")
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:s-PredictFunction-1"
OUTPUTS = {"FunctionAlias": f"{FUNCTION}:live", "FunctionVersion": f"{FUNCTION}:8"}


def found(stub: Stub, status: str, serves: str | None = None, outputs: dict[str, str] = OUTPUTS) -> Finding:
    """The finding for a stack that names version 8."""
    cloudformation, stacks = stub("cloudformation")
    told = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    made = datetime(2026, 1, 1, tzinfo=UTC)
    stack = {"StackName": "s", "CreationTime": made, "StackStatus": status, "Outputs": told}
    stacks.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "s"})
    functions, aws = stub("lambda")
    if serves:
        aws.add_response("get_alias", {"FunctionVersion": serves})
    return serving_version(cloudformation, functions, STAGE)


@pytest.mark.parametrize(("serves", "expected"), [("8", "ok"), ("7", "warning")])
def test_a_version_that_the_stack_does_not_name_is_warned_of(stub: Stub, serves: str, expected: str) -> None:
    """As it is after `make rollback`."""
    assert found(stub, "UPDATE_COMPLETE", serves).state == expected


def test_the_warning_names_both_and_the_page(stub: Stub) -> None:
    """The page has a heading of that name."""
    text = found(stub, "UPDATE_ROLLBACK_COMPLETE", "7").text

    assert text.startswith("the alias serves 7 and the stack names 8")
    assert text.endswith('`sparely docs operations`, "Deploy after a rollback".')


def test_nothing_is_compared_while_a_deployment_runs(stub: Stub) -> None:
    """The alias is ahead of the outputs then."""
    assert found(stub, "UPDATE_IN_PROGRESS").state == "ok"


def test_nothing_is_compared_before_the_first_deployment(stub: Stub) -> None:
    """A stack that was never made whole has no outputs."""
    assert found(stub, "ROLLBACK_COMPLETE", outputs={}).text == "none is deployed yet"
    assert found(stub, "DELETE_FAILED", outputs={}).text == "none is deployed yet"
