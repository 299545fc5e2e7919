"""What the stack's state means for the next deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from sparely_toolkit.deployment.configuration import Environment
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning

LONGEST_NAME = 40  # the checks' functions are named after the stack, and a function's name ends at 64
LONGEST_UNCUT_NAME = 31  # STACK-ApiGatewayLogsRole-SUFFIX of 13 then has the 64 that a role's name may have
DELETE = "nothing can be deployed over it; `.venv/bin/sam delete --config-env {env}`, then `make deploy` again."
# State -> how to say it, and what to do.
# Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html, read 2026-11-22
STATES: dict[str, tuple[Callable[[str, str], Finding], str]] = {
    "CREATE_COMPLETE": (ok, ""),
    "UPDATE_COMPLETE": (ok, ""),
    "IMPORT_COMPLETE": (ok, ""),
    "REVIEW_IN_PROGRESS": (ok, "nothing is deployed yet"),
    "UPDATE_ROLLBACK_COMPLETE": (
        warning,
        "the last deployment was taken back, and the next may come; docs/operations.md says how to find out why.",
    ),
    "CREATE_FAILED": (problem, DELETE),
    "ROLLBACK_COMPLETE": (problem, DELETE),
    "ROLLBACK_FAILED": (problem, DELETE),
    "DELETE_FAILED": (problem, "it is half deleted; its events say what stays and why, then delete it once more."),
    "UPDATE_ROLLBACK_FAILED": (
        problem,
        "nothing can be deployed over it; `aws cloudformation continue-update-rollback --stack-name {stack}`.",
    ),
}


def stack_name(name: str) -> Finding:
    """Whether names that begin with the stack's can have it whole."""
    if len(name) > LONGEST_NAME:
        return problem("stack name", f"{name} has {len(name)} characters; set one of at most {LONGEST_UNCUT_NAME}.")
    if len(name) > LONGEST_UNCUT_NAME:
        return warning(
            "stack name",
            f"{name} has {len(name)} characters; AWS cuts names made of it, by which rights are given: "
            f"set one of at most {LONGEST_UNCUT_NAME} in samconfig.toml before the first deployment.",
        )
    return ok("stack name", name)


def stack_state(client: Any, environment: Environment) -> Finding:
    """Look the stack up, in whatever state it is."""
    name = environment.stack_name
    try:
        (described,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return ok("stack", f"{name} is not there yet")
        raise
    status = described["StackStatus"]
    if status not in STATES:
        return warning("stack", f"{name} is {status}; wait until it has ended.")
    say, advice = STATES[status]
    told = advice.format(env=environment.name, stack=name)
    return say("stack", f"{name} is {status}" + (f": {told}" if told else ""))
