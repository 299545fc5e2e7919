"""Whether callers are served by the version that the stack names; after a rollback by hand they are not."""

from __future__ import annotations

from typing import Any

from sparely_toolkit.deployment.configuration import Environment
from sparely_toolkit.deployment.doctor.finding import Finding, ok, warning
from sparely_toolkit.deployment.stack import find_stack
from sparely_toolkit.deployment.versions import named, serving


def serving_version(cloudformation: Any, functions: Any, environment: Environment) -> Finding:
    """Compare the alias with the stack's output."""
    stack = find_stack(cloudformation, environment.stack_name)
    if stack is None or not {"FunctionAlias", "FunctionVersion"} <= stack.outputs.keys():
        return ok("version", "none is deployed yet")
    if stack.status.endswith("_IN_PROGRESS"):
        return ok("version", f"not looked at while the stack is {stack.status}")
    serves, names = serving(functions, stack), named(stack)
    if serves != names:
        return warning(
            "version",
            f"the alias serves {serves} and the stack names {names}: somebody moved it by hand, and the next "
            'deployment may be refused; docs/operations.md, "Deploy after a rollback".',
        )
    return ok("version", f"{serves} serves, as the stack has it")
