"""What CloudFormation and Lambda tell of a stack."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sparely_toolkit.deployment.stack import Stack, Versions, find_stack, read_versions, require_stack
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.samconfig import Stage
from tests.deployment.conftest import Stub

STAGE = Stage("prod", "s", delete=".venv/bin/sam delete --config-env prod")


def described(status: str) -> dict[str, Any]:
    outputs = [{"OutputKey": "ApiUrl", "OutputValue": "https://x"}]
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return {"Stacks": [{"StackName": "s", "CreationTime": made, "StackStatus": status, "Outputs": outputs}]}


def test_a_deployed_stack_has_outputs(stub: Stub) -> None:
    """By name."""
    client, aws = stub("cloudformation")
    aws.add_response("describe_stacks", described("UPDATE_ROLLBACK_COMPLETE"), {"StackName": "s"})

    assert require_stack(client, STAGE).output("ApiUrl") == "https://x"


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"])
def test_a_stack_that_never_held_anything_is_none(stub: Stub, status: str) -> None:
    """The next deployment is its first, which CodeDeploy does not check."""
    client, aws = stub("cloudformation")
    aws.add_response("describe_stacks", described(status))

    assert find_stack(client, "s") is None


def test_a_stack_of_which_nothing_answers_is_said_to_be_deleted_first(stub: Stub) -> None:
    """Deploying again does not mend it."""
    client, aws = stub("cloudformation")
    aws.add_response("describe_stacks", described("ROLLBACK_COMPLETE"))

    with pytest.raises(Problem) as caught:
        require_stack(client, STAGE)

    assert caught.value.exit_code == ExitCode.AWS
    assert str(caught.value) == (
        "Stack s is ROLLBACK_COMPLETE: its first deployment failed and `make deploy` cannot mend that: "
        "`.venv/bin/sam delete --config-env prod`, then `make deploy STAGE=prod` again."
    )


def test_a_stack_that_does_not_exist_is_none(stub: Stub) -> None:
    """CloudFormation calls it a validation error."""
    client, aws = stub("cloudformation")
    aws.add_client_error("describe_stacks", "ValidationError", "Stack with id s does not exist")

    assert find_stack(client, "s") is None


def test_other_errors_are_not_taken_for_a_missing_stack(stub: Stub) -> None:
    """Without rights, nobody knows whether the stack is there."""
    client, aws = stub("cloudformation")
    aws.add_client_error("describe_stacks", "AccessDenied", "not authorized")

    with pytest.raises(ClientError):
        find_stack(client, "s")


def test_a_missing_output_is_told(stub: Stub) -> None:
    """The sentence lists what there is."""
    client, aws = stub("cloudformation")
    aws.add_response("describe_stacks", described("CREATE_COMPLETE"))
    stack = require_stack(client, STAGE)

    with pytest.raises(Problem, match=r"^Stack s \(CREATE_COMPLETE\) has no output Url; it has ApiUrl\.$"):
        stack.output("Url")


FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:s-PredictFunction-1"
STACK = Stack("s", "UPDATE_COMPLETE", {"FunctionAlias": f"{FUNCTION}:live", "FunctionVersion": f"{FUNCTION}:8"})


def test_versions_are_numbers_with_descriptions(stub: Stub) -> None:
    """$LATEST is none; the alias may serve another than the stack names."""
    client, aws = stub("lambda")
    found = [{"Version": "$LATEST"}, {"Version": "7", "Description": "Answers. a"}, {"Version": "8"}]
    aws.add_response("list_versions_by_function", {"Versions": found}, {"FunctionName": "s-PredictFunction-1"})
    aws.add_response("get_alias", {"FunctionVersion": "7"}, {"FunctionName": "s-PredictFunction-1", "Name": "live"})

    assert read_versions(client, STACK) == Versions(published={7: "Answers. a", 8: ""}, serving=7, named=8)
