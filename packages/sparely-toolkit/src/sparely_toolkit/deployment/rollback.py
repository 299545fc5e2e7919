"""
Put the alias back to the version that served before, at once and for all traffic.

`python -m sparely_toolkit.deployment.rollback`; no build, no CloudFormation, no canary: the version that served before is still
there, and has been checked when it came.
"""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from sparely_toolkit.deployment.code_deploy import UNFINISHED, CodeDeploy
from sparely_toolkit.deployment.configuration import PROJECT, DeploymentProblem, read_environment
from sparely_toolkit.deployment.stack import require_stack, session
from sparely_toolkit.deployment.versions import function_and_alias, published
from sparely_toolkit.deployment.wake import wake

APPLICATION = "ServerlessDeploymentApplication"
GROUP = "PredictFunctionDeploymentGroup"


def version_before(client: Any, function: str, alias: Mapping[str, Any], deployments: CodeDeploy) -> str:
    """
    Choose the version to go back to.

    While traffic moves, or is about to, it is the one that the alias still names; later, and already during the
    check after traffic, the one that the last deployment replaced. Without a trace of that nobody knows which of the
    versions ever served, so none is chosen.

    Raises:
        DeploymentProblem: there is no earlier version, or no record of which one served.
    """
    serving = str(alias["FunctionVersion"])
    if alias.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
        return serving
    if any(current == serving for current, _ in deployments.moves(UNFINISHED)):
        return serving
    versions = {str(number) for number in published(client, function)}
    if not any(int(version) < int(serving) for version in versions):
        raise DeploymentProblem(f"Version {serving} is the first; there is none to go back to.")
    moves = deployments.moves([*UNFINISHED, "Succeeded"])
    replaced = next((current for current, target in moves if target == serving), None)
    if replaced in versions:
        return str(replaced)
    raise DeploymentProblem(
        f"CodeDeploy has no record of a version that is still there and served before {serving}; "
        f'published are {", ".join(sorted(versions, key=int))}. Name the one to go to: ARGS="--to N".'
    )


def existing(client: Any, function: str, version: str) -> str:
    """
    Give back a version that is there.

    Raises:
        DeploymentProblem: it is not.
    """
    versions = published(client, function)
    if version not in map(str, versions):
        there = ", ".join(map(str, sorted(versions)))
        raise DeploymentProblem(f"There is no version {version}; published are {there}.")
    return version


def rollback(aws: boto3.Session, stack_name: str, to: str | None) -> str:
    """
    Move all traffic back.

    Args:
        to: the version to go to; None chooses it.

    Returns:
        One line on what was done.

    Raises:
        DeploymentProblem: no version can be chosen, or the chosen one does not wake.
    """
    cloudformation, client = aws.client("cloudformation"), aws.client("lambda")
    function, alias_name = function_and_alias(require_stack(cloudformation, stack_name))
    alias = client.get_alias(FunctionName=function, Name=alias_name)
    deployments = CodeDeploy(
        aws.client("codedeploy"),
        *(_physical_id(cloudformation, stack_name, each) for each in (APPLICATION, GROUP)),
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


def _physical_id(client: Any, stack_name: str, logical_id: str) -> str | None:
    try:
        answer = client.describe_stack_resource(StackName=stack_name, LogicalResourceId=logical_id)
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def main() -> int:
    parser = argparse.ArgumentParser(description="Put the alias back to the version that served before.")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    parser.add_argument("--to", help="version to go to; by default the one that served before")
    arguments = parser.parse_args()
    try:
        environment = read_environment(PROJECT / "samconfig.toml", arguments.config_env)
        print(rollback(session(environment), environment.stack_name, arguments.to))
    except DeploymentProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
