"""What template.yaml says of a rollout: its kind, its alarms, and how strict the checks are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.deployment.configuration import Environment, parameter_values, read_template
from sparely_toolkit.deployment.rehearsal.alarms import Alarm, read_alarms
from sparely_toolkit.deployment.rehearsal.rollout import Step, steps
from sparely.golden import GoldenModel, load_golden
from sparely_toolkit.local.intrinsics import Resolver

CHECK = "CheckNewVersion"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    A rollout to play.

    Attributes:
        service: the name under which the alarms look for what the function counts itself.
    """

    rollout: str
    steps: tuple[Step, ...]
    alarms: tuple[Alarm, ...]
    models: tuple[GoldenModel, ...]
    check_settings: Mapping[str, str]
    service: str


def read_plan(built_template: Path, environment: Environment, rollout: str | None) -> Plan:
    """
    Read the built template with the parameters of a deployment environment.

    Args:
        rollout: instead of the environment's own.

    Raises:
        DeploymentProblem: nothing is built, or the template holds what cannot be rehearsed.
    """
    template = read_template(built_template)
    parameters = parameter_values(template, environment.overrides)
    chosen = rollout or parameters["Rollout"]
    resolver = _resolver(template, environment, parameters)
    check = template["Resources"][CHECK]["Properties"]
    return Plan(
        rollout=chosen,
        steps=steps(chosen),
        alarms=read_alarms(template, resolver),
        models=load_golden(built_template.parent / check["CodeUri"] / "models"),
        check_settings={name: str(each) for name, each in resolver.value(check["Environment"]["Variables"]).items()},
        service=environment.stack_name,
    )


def _resolver(template: Mapping[str, Any], environment: Environment, parameters: Mapping[str, str]) -> Resolver:
    return Resolver(
        parameters={**parameters, "AWS::StackName": environment.stack_name},
        conditions=template.get("Conditions", {}),
        mappings=template.get("Mappings", {}),
        resources=frozenset(template["Resources"]),
    )
