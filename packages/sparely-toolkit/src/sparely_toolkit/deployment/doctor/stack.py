"""The stack: whether its state takes a deployment, and whether callers have the version that it names."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from sparely_toolkit import names
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning
from sparely_toolkit.deployment.stack import find_stack, named, serving
from sparely_toolkit.samconfig import Stage

LONGEST_NAME = 40  # the checks' functions are named after the stack, and a function's name ends at 64
LONGEST_UNCUT_NAME = 31  # STACK-ApiGatewayLogsRole-SUFFIX of 13 then has the 64 that a role's name may have
DELETE = "nothing can be deployed over it; `.venv/bin/sam delete --config-env {stage}`, then `make deploy` again."
# State -> how to say it, and what to do.
# Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html, read 2026-11-22
STATES: dict[str, tuple[Callable[[str, str], Finding], str]] = {
    "CREATE_COMPLETE": (ok, ""),
    "UPDATE_COMPLETE": (ok, ""),
    "IMPORT_COMPLETE": (ok, ""),
    "REVIEW_IN_PROGRESS": (ok, "nothing is deployed yet"),
    "UPDATE_ROLLBACK_COMPLETE": (
        warning,
        "the last deployment was taken back, and the next may come; `sparely docs operations` says how to find out "
        "why.",
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


def stack_state(client: Any, stage: Stage) -> Finding:
    """Look the stack up, in whatever state it is."""
    name = stage.stack
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
    advised = advice.format(stage=stage.name, stack=name)
    return say("stack", f"{name} is {status}" + (f": {advised}" if advised else ""))


def serving_version(cloudformation: Any, functions: Any, stage: Stage) -> Finding:
    """Compare the alias with the stack's output; after a rollback by hand they differ."""
    stack = find_stack(cloudformation, stage.stack)
    if stack is None or not {names.OUTPUT_ALIAS, names.OUTPUT_VERSION} <= stack.outputs.keys():
        return ok("version", "none is deployed yet")
    if stack.status.endswith("_IN_PROGRESS"):
        return ok("version", f"not looked at while the stack is {stack.status}")
    serves, expected = serving(functions, stack), named(stack)
    if serves != expected:
        return warning(
            "version",
            f"the alias serves {serves} and the stack names {expected}: somebody moved it by hand, and the next "
            'deployment may be refused; `sparely docs operations`, "Deploy after a rollback".',
        )
    return ok("version", f"{serves} serves, as the stack has it")
