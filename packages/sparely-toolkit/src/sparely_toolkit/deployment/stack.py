"""The deployed stack as CloudFormation and Lambda know it: its outputs, and the versions of its function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from sparely_toolkit import names
from sparely_toolkit.deployment import stack_states
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.samconfig import Stage


class NotDeployed(Problem):
    """There is no such stack."""

    exit_code = ExitCode.AWS

    def __init__(self, stage: Stage, region: str) -> None:
        super().__init__(f"Stack {stage.stack} is not deployed in {region}; `{stage.command('deploy')}` does it.")


class NotServing(Problem):
    """The stack is in a state in which nothing of it answers."""

    exit_code = ExitCode.AWS

    def __init__(self, stage: Stage, status: str) -> None:
        super().__init__(f"Stack {stack_states.sentence(stage, status)}.")


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


def describe(client: Any, name: str) -> dict[str, Any] | None:
    """The stack as CloudFormation describes it; None when there is none."""
    try:
        (described,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return dict(described)


def find_stack(client: Any, name: str) -> Stack | None:
    """Look the stack up; None when there is none that ever held anything."""
    return _that_serves(describe(client, name))


def _that_serves(described: Mapping[str, Any] | None) -> Stack | None:
    if described is None or not stack_states.state_of(described["StackStatus"]).serves:
        return None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    parameters = {each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", [])}
    return Stack(described["StackName"], described["StackStatus"], outputs, parameters)


def require_stack(client: Any, stage: Stage) -> Stack:
    """
    Look the stack up.

    Raises:
        NotDeployed: it is not there.
        NotServing: nothing of it answers.
    """
    described = describe(client, stage.stack)
    if described is None or described["StackStatus"] == "REVIEW_IN_PROGRESS":
        raise NotDeployed(stage, str(client.meta.region_name))
    stack = _that_serves(described)
    if stack is None:
        raise NotServing(stage, described["StackStatus"])
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
