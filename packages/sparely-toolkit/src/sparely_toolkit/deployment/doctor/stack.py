"""The stack: whether its state takes a deployment, and whether callers have the version that it names."""

from typing import Any

from sparely_toolkit import names
from sparely_toolkit.deployment import stack_states
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning
from sparely_toolkit.deployment.stack import describe, find_stack, named, serving
from sparely_toolkit.samconfig import Stage

LONGEST_NAME = 40  # the checks' functions are named after the stack, and a function's name ends at 64
LONGEST_UNCUT_NAME = 31  # STACK-ApiGatewayLogsRole-SUFFIX of 13 then has the 64 that a role's name may have
_SAY = {stack_states.TAKES: ok, stack_states.TAKEN_BACK: warning, stack_states.REFUSES: problem}


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
    described = describe(client, stage.stack)
    if described is None:
        return ok("stack", f"{stage.stack} is not there yet")
    status = described["StackStatus"]
    return _SAY[stack_states.state_of(status).kind]("stack", f"{stack_states.sentence(stage, status)}.")


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
