"""What cannot go together: provisioned concurrency, what is reserved, and an alias that has weights."""

from collections.abc import Iterator, Mapping
from typing import Any

from sparely_toolkit import names
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning
from sparely_toolkit.deployment.stack import find_stack, function_and_alias
from sparely_toolkit.samconfig import Stage

AT_ONCE = "AllAtOnce"


def provisioned(parameters: Mapping[str, str]) -> Iterator[Finding]:
    """
    What AWS refuses half-way, or leaves behind; nothing where none is provisioned.

    The template's Rules refuse the second at once; they cannot compare numbers, as the first does.
    Sources, read 2026-11-29: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html ("you can't
    manage provisioned concurrency settings on the alias while the routing configuration is in place") and, on what is
    left behind, https://github.com/aws/serverless-application-model/issues/1353.
    """
    wanted = int(parameters.get(names.PARAMETER_PROVISIONED, 0))
    reserved = int(parameters.get(names.PARAMETER_RESERVED, -1))
    if wanted and 0 <= reserved < wanted:
        yield problem(
            "concurrency",
            f"{names.PARAMETER_PROVISIONED}={wanted} is more than {names.PARAMETER_RESERVED}={reserved}; reserve as "
            "many, or -1 for none.",
        )
    rollout = parameters.get(names.PARAMETER_ROLLOUT, AT_ONCE)
    if wanted and rollout != AT_ONCE:
        yield problem(
            "concurrency",
            f"{names.PARAMETER_PROVISIONED}={wanted} does not go with {names.PARAMETER_ROLLOUT}={rollout}: while "
            f"traffic moves nothing of it can be changed; set {names.PARAMETER_ROLLOUT}={AT_ONCE}.",
        )


def weights(cloudformation: Any, functions: Any, stage: Stage, parameters: Mapping[str, str]) -> Finding:
    """Whether a deployment that has ended left the alias split between two versions."""
    stack = find_stack(cloudformation, stage.stack)
    if stack is None or names.OUTPUT_ALIAS not in stack.outputs:
        return ok("alias", "none is deployed yet")
    if stack.status.endswith("_IN_PROGRESS"):
        return ok("alias", f"not looked at while the stack is {stack.status}")
    function, name = function_and_alias(stack)
    alias = functions.get_alias(FunctionName=function, Name=name)
    left = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    if not left:
        return ok("alias", f"{name} sends all traffic to version {alias['FunctionVersion']}")
    shares = ", ".join(f"{weight:.0%} to version {version}" for version, weight in left.items())
    # With provisioned concurrency every further deployment would end with "Alias with weights can not be used".
    say = problem if int(parameters.get(names.PARAMETER_PROVISIONED, 0)) else warning
    stage_option = f" STAGE={stage.name}" if stage.name != "default" else ""
    return say(
        "alias",
        f"{name} still sends {shares}, though no deployment runs: "
        f'`make rollback{stage_option} ARGS="--to {alias["FunctionVersion"]}"` gives one version all.',
    )
