"""The deployments that CodeDeploy keeps of a stack's function."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

UNFINISHED = ["Created", "Queued", "InProgress", "Baking", "Ready"]
ROLLBACKS = {"codeDeployRollback", "CloudFormationRollback"}


@dataclass(frozen=True, slots=True)
class CodeDeploy:
    """
    The stack's deployments, newest first.

    Attributes:
        application: None when the stack has none, because its DeploymentPreference is disabled.
    """

    client: Any
    application: str | None
    group: str | None

    def ids(self, statuses: list[str]) -> Iterator[str]:
        if self.application is None:
            return iter(())
        pages = self.client.get_paginator("list_deployments").paginate(
            applicationName=self.application, deploymentGroupName=self.group, includeOnlyStatuses=statuses
        )
        return (each for page in pages for each in page["deployments"])

    def stop_unfinished(self) -> Iterator[str]:
        """Stop what still moves traffic, or it would go on over the rollback."""
        for deployment in self.ids(UNFINISHED):
            self.client.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
            yield deployment

    def moves(self, statuses: list[str]) -> Iterator[tuple[str, str]]:
        """
        From which version to which each deployment moves traffic, by its appspec.

        What AWS deploys by itself to roll back is left out: it leads from a refused version.
        Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
        """
        for deployment in self.ids(statuses):
            deployment_info = self.client.get_deployment(deploymentId=deployment)["deploymentInfo"]
            if deployment_info.get("creator") in ROLLBACKS:
                continue
            revision = deployment_info.get("revision", {})
            content = revision.get("appSpecContent") or revision.get("string") or {}
            for properties in _functions(content.get("content", "")):
                yield str(properties.get("CurrentVersion", "")), str(properties.get("TargetVersion", ""))


def _functions(appspec: str) -> Iterator[dict[str, Any]]:
    try:
        resources = json.loads(appspec)["Resources"]
    except (ValueError, KeyError, TypeError):
        return
    for resource in resources:
        for each in resource.values():
            yield each.get("Properties", {})
