"""The deployed stack as CloudFormation and Lambda know it: its outputs, and the versions of its function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from sparely_toolkit import names
from sparely_toolkit.problems import Problem

# States of a stack in which CodeDeploy has never run: it was not there, or its creation has just ended.
UNBORN = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"})


class NotDeployed(Problem):
    """There is no such stack."""

    def __init__(self, stack: str) -> None:
        super().__init__(f"Stack {stack} is not deployed; `make deploy` does it.")


class NoOutput(Problem):
    """The stack was deployed of a template without this output."""

    def __init__(self, stack: "Stack", output: str) -> None:
        known = ", ".join(stack.outputs) or "none"
        super().__init__(f"Stack {stack.name} ({stack.status}) has no output {output}; it has {known}.")


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack's state, its outputs and its parameters by name."""

    name: str
    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def output(self, name: str) -> str:
        """
        Give one output.

        Raises:
            NoOutput: the stack has none of that name.
        """
        if name not in self.outputs:
            raise NoOutput(self, name)
        return self.outputs[name]


@dataclass(frozen=True, slots=True)
class Versions:
    """
    Versions by number.

    Attributes:
        published: description by number.
        serving: the one that the alias names.
        named: the one that the stack published last; another one than `serving` after a rollback by hand.
    """

    published: Mapping[int, str]
    serving: int
    named: int


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
    parameters = {each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", [])}
    return Stack(name, described["StackStatus"], outputs, parameters)


def require_stack(client: Any, name: str) -> Stack:
    """
    Look the stack up.

    Raises:
        NotDeployed: it is not there.
    """
    stack = find_stack(client, name)
    if stack is None:
        raise NotDeployed(name)
    return stack


def read_versions(client: Any, stack: Stack) -> Versions:
    """Ask Lambda for all versions of the stack's function."""
    function, _ = function_and_alias(stack)
    return Versions(published=published(client, function), serving=serving(client, stack), named=named(stack))


def published(client: Any, function: str) -> dict[int, str]:
    """Descriptions by version number."""
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    descriptions = {each["Version"]: each.get("Description", "") for page in pages for each in page["Versions"]}
    return {int(version): text for version, text in descriptions.items() if version != "$LATEST"}


def serving(client: Any, stack: Stack) -> int:
    """The version that has the alias, or most of it while traffic moves."""
    function, alias = function_and_alias(stack)
    return int(client.get_alias(FunctionName=function, Name=alias)["FunctionVersion"])


def named(stack: Stack) -> int:
    """The version that the stack's last deployment published."""
    return int(stack.output(names.OUTPUT_VERSION).rpartition(":")[2])


def function_and_alias(stack: Stack) -> tuple[str, str]:
    """Their names, of the alias' ARN."""
    *_, function, alias = stack.output(names.OUTPUT_ALIAS).split(":")
    return function, alias
