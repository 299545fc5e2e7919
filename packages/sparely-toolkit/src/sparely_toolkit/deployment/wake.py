"""
Wake a version that sleeps.

With SnapStart Lambda drops the snapshot of a version that was not invoked for 14 days: it is Inactive, and the first
invocation fails and makes Lambda take a new one.
Sources, read 2026-11-22: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-troubleshooting.html and
https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html.
"""

from typing import Any

from botocore.exceptions import WaiterError

from sparely_toolkit.deployment.configuration import DeploymentProblem

POLL_S, POLLS = 5, 60


def wake(client: Any, function: str, version: str, poll_s: int = POLL_S, polls: int = POLLS) -> None:
    """
    Return when the version is Active.

    Raises:
        DeploymentProblem: it is not in time.
    """
    state = client.get_function_configuration(FunctionName=function, Qualifier=version).get("State", "Active")
    if state == "Active":
        return
    if state == "Inactive":
        _knock(client, function, version)
    try:
        client.get_waiter("published_version_active").wait(
            FunctionName=function, Qualifier=version, WaiterConfig={"Delay": poll_s, "MaxAttempts": polls}
        )
    except WaiterError as error:
        state = error.last_response.get("State", state)
        raise DeploymentProblem(
            f"Version {version} is {state} and did not wake within {poll_s * polls} s; the alias was not moved. "
            'Try again, or name another version: ARGS="--to N".'
        ) from error


def _knock(client: Any, function: str, version: str) -> None:
    """Invoke what cannot answer yet."""
    try:
        client.invoke(FunctionName=function, Qualifier=version, Payload=b"{}")
    except (client.exceptions.SnapStartNotReadyException, client.exceptions.ResourceConflictException):
        return
