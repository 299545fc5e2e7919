"""
Put the alias back to the version that served before, at once and for all traffic.

`python -m deployment.rollback`; no build, no CloudFormation, no canary: the version that served before is still
there, and has been checked when it came.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from deployment.configuration import PROJECT, DeploymentProblem, read_environment
from deployment.stack import require_stack, session

UNFINISHED = ["Created", "Queued", "InProgress", "Baking", "Ready"]
APPLICATION = "ServerlessDeploymentApplication"
GROUP = "PredictFunctionDeploymentGroup"


@dataclass(frozen=True, slots=True)
class CodeDeploy:
    """The stack's deployments, newest first."""

    client: Any
    application: str
    group: str

    def ids(self, statuses: list[str]) -> Iterator[str]:
        pages = self.client.get_paginator("list_deployments").paginate(
            applicationName=self.application, deploymentGroupName=self.group, includeOnlyStatuses=statuses
        )
        return (each for page in pages for each in page["deployments"])

    def stop_unfinished(self) -> Iterator[str]:
        """Stop what still moves traffic, or it would go on over the rollback."""
        for deployment in self.ids(UNFINISHED):
            self.client.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
            yield deployment

    def came_from(self, version: str) -> str | None:
        """
        The version that served before `version` was deployed, by the appspec of that deployment.

        Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
        """
        for deployment in self.ids(["Succeeded"]):
            revision = self.client.get_deployment(deploymentId=deployment)["deploymentInfo"].get("revision", {})
            content = revision.get("appSpecContent") or revision.get("string") or {}
            for properties in _functions(content.get("content", "")):
                if properties.get("TargetVersion") == version:
                    return str(properties["CurrentVersion"])
        return None


def _functions(appspec: str) -> Iterator[dict[str, Any]]:
    try:
        resources = json.loads(appspec)["Resources"]
    except (ValueError, KeyError, TypeError):
        return
    for resource in resources:
        for each in resource.values():
            yield each.get("Properties", {})


def version_before(client: Any, function: str, alias: Mapping[str, Any], deployments: CodeDeploy) -> str:
    """
    Choose the version to go back to.

    While traffic moves it is the one that the alias still names; later the one that the last deployment
    replaced; without a trace of that, the one published before.

    Raises:
        DeploymentProblem: there is no earlier version.
    """
    serving = str(alias["FunctionVersion"])
    if alias.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
        return serving
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    published = {each["Version"] for page in pages for each in page["Versions"]} - {"$LATEST"}
    replaced = deployments.came_from(serving)
    if replaced in published:
        return str(replaced)
    earlier = [int(version) for version in published if int(version) < int(serving)]
    if not earlier:
        raise DeploymentProblem(f"Version {serving} is the first; there is none to go back to.")
    return str(max(earlier))


def rollback(aws: boto3.Session, stack_name: str, to: str | None) -> str:
    """
    Move all traffic back.

    Args:
        to: the version to go to; None chooses it.

    Returns:
        One line on what was done.
    """
    cloudformation, client = aws.client("cloudformation"), aws.client("lambda")
    *_, function, alias_name = require_stack(cloudformation, stack_name).output("FunctionAlias").split(":")
    alias = client.get_alias(FunctionName=function, Name=alias_name)
    deployments = CodeDeploy(
        aws.client("codedeploy"),
        *(_physical_id(cloudformation, stack_name, each) for each in (APPLICATION, GROUP)),
    )
    version = to or version_before(client, function, alias, deployments)
    stopped = list(deployments.stop_unfinished())
    client.update_alias(
        FunctionName=function,
        Name=alias_name,
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": {}},
    )
    ended = f" Stopped {', '.join(stopped)}." if stopped else ""
    return f"{alias_name} of {stack_name}: version {alias['FunctionVersion']} -> {version}, all traffic.{ended}"


def _physical_id(client: Any, stack_name: str, logical_id: str) -> str:
    answer = client.describe_stack_resource(StackName=stack_name, LogicalResourceId=logical_id)
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
