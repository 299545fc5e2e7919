"""A version that sleeps is woken before it gets traffic."""

import re

import pytest

from sparely_toolkit.deployment.configuration import DeploymentProblem
from sparely_toolkit.deployment.wake import wake
from tests.deployment.conftest import Stub

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

    with pytest.raises(DeploymentProblem, match=rf"^{re.escape(sentence)}"):
        wake(client, "f", "5", poll_s=0, polls=2)
