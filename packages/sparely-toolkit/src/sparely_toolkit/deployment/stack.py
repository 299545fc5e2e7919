"""The deployed stack, as CloudFormation tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from sparely_toolkit.deployment.configuration import DeploymentProblem, Environment

# States of a stack in which CodeDeploy has never run: it was not there, or its creation has just ended.
UNBORN = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"})


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack's state and its outputs by name."""

    name: str
    status: str
    outputs: Mapping[str, str]

    def output(self, name: str) -> str:
        """
        Give one output.

        Raises:
            DeploymentProblem: the stack has none of that name.
        """
        if name not in self.outputs:
            known = ", ".join(self.outputs) or "none"
            raise DeploymentProblem(f"Stack {self.name} ({self.status}) has no output {name}; it has {known}.")
        return self.outputs[name]


def session(environment: Environment) -> boto3.Session:
    """A session in the environment's region, or in the one that AWS' configuration names."""
    return boto3.Session(region_name=environment.region)


def find_stack(client: Any, name: str) -> Stack | None:
    """Look the stack up; None when there is none that ever held anything."""
    try:
        (described,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if described["StackStatus"] in UNBORN:
        return None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    return Stack(name, described["StackStatus"], outputs)


def require_stack(client: Any, name: str) -> Stack:
    """
    Look the stack up.

    Raises:
        DeploymentProblem: it is not deployed.
    """
    stack = find_stack(client, name)
    if stack is None:
        raise DeploymentProblem(f"Stack {name} is not deployed; `make deploy` does it.")
    return stack
