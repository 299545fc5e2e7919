"""
Put the alias back to the version that served before, at once and for all traffic.

No build, no CloudFormation, no canary: the version that served before is still there, and has been checked when it
came.

With SnapStart it may sleep: Lambda drops the snapshot of a version that was not invoked for 14 days. It is Inactive
then, and the first invocation fails and makes Lambda take a new one.
Sources, read 2026-11-22: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-troubleshooting.html and
https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError, WaiterError

from sparely_toolkit import names
from sparely_toolkit.deployment.code_deploy import UNFINISHED, CodeDeploy
from sparely_toolkit.deployment.stack import function_and_alias, published, require_stack
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.samconfig import Stage

POLL_S, POLLS = 5, 60


class NoEarlierVersion(Problem):
    """The first version serves."""

    exit_code = ExitCode.NO

    def __init__(self, serving: str) -> None:
        super().__init__(f"Version {serving} is the first; there is none to go back to.")


class NoRecord(Problem):
    """Nobody knows which of the versions ever served."""

    exit_code = ExitCode.NO

    def __init__(self, serving: str, versions: Iterable[str]) -> None:
        super().__init__(
            f"CodeDeploy has no record of a version that is still there and served before {serving}; "
            f'published are {", ".join(sorted(versions, key=int))}. Name the one to go to: ARGS="--to N".'
        )


class NoSuchVersion(Problem):
    """The version to go to is not there."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, version: str, versions: Iterable[int]) -> None:
        super().__init__(f"There is no version {version}; published are {', '.join(map(str, sorted(versions)))}.")


class Asleep(Problem):
    """The version does not become Active."""

    exit_code = ExitCode.AWS

    def __init__(self, version: str, state: object, waited_s: int) -> None:
        super().__init__(
            f"Version {version} is {state} and did not wake within {waited_s} s; the alias was not moved. "
            'Try again, or name another version: ARGS="--to N".'
        )


def version_before(client: Any, function: str, alias: Mapping[str, Any], deployments: CodeDeploy) -> str:
    """
    Choose the version to go back to.

    While traffic moves, or is about to, it is the one that the alias still names; later, and already during the
    check after traffic, the one that the last deployment replaced. Without a trace of that nobody knows which of the
    versions ever served, so none is chosen.

    Raises:
        NoEarlierVersion: the first version serves.
        NoRecord: there is none of which one served before.
    """
    serving = str(alias["FunctionVersion"])
    if alias.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
        return serving
    if any(current == serving for current, _ in deployments.moves(UNFINISHED)):
        return serving
    versions = {str(number) for number in published(client, function)}
    if not any(int(version) < int(serving) for version in versions):
        raise NoEarlierVersion(serving)
    moves = deployments.moves([*UNFINISHED, "Succeeded"])
    replaced = next((current for current, target in moves if target == serving), None)
    if replaced in versions:
        return str(replaced)
    raise NoRecord(serving, versions)


def existing(client: Any, function: str, version: str) -> str:
    """
    Give back a version that is there.

    Raises:
        NoSuchVersion: it is not.
    """
    versions = published(client, function)
    if version not in map(str, versions):
        raise NoSuchVersion(version, versions)
    return version


def rollback(aws: boto3.Session, stage: Stage, to: str | None) -> str:
    """
    Move all traffic back.

    Args:
        to: the version to go to; None chooses it.

    Returns:
        One line on what was done.

    Raises:
        Problem: the stack is not there, no version can be chosen, or the chosen one does not wake.
    """
    cloudformation, client, stack_name = aws.client("cloudformation"), aws.client("lambda"), stage.stack
    function, alias_name = function_and_alias(require_stack(cloudformation, stage))
    alias = client.get_alias(FunctionName=function, Name=alias_name)
    deployments = CodeDeploy(
        aws.client("codedeploy"),
        *(
            _physical_id(cloudformation, stack_name, each)
            for each in (names.DEPLOYMENT_APPLICATION, names.DEPLOYMENT_GROUP)
        ),
    )
    version = existing(client, function, to) if to else version_before(client, function, alias, deployments)
    stopped = list(deployments.stop_unfinished())
    wake(client, function, version)
    client.update_alias(
        FunctionName=function,
        Name=alias_name,
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": {}},
    )
    ended = f" Stopped {', '.join(stopped)}." if stopped else ""
    return f"{alias_name} of {stack_name}: version {alias['FunctionVersion']} -> {version}, all traffic.{ended}"


def wake(client: Any, function: str, version: str, poll_s: int = POLL_S, polls: int = POLLS) -> None:
    """
    Return when the version is Active.

    Raises:
        Asleep: it is not in time.
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
        raise Asleep(version, state, poll_s * polls) from error


def _knock(client: Any, function: str, version: str) -> None:
    """Invoke what cannot answer yet."""
    try:
        client.invoke(FunctionName=function, Qualifier=version, Payload=b"{}")
    except (client.exceptions.SnapStartNotReadyException, client.exceptions.ResourceConflictException):
        return


def _physical_id(client: Any, stack_name: str, logical_id: str) -> str | None:
    try:
        answer = client.describe_stack_resource(StackName=stack_name, LogicalResourceId=logical_id)
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])
