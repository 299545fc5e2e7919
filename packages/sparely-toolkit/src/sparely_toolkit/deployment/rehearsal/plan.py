"""What template.yaml says of a rollout: its kind as steps, its alarms, and how strict the checks are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.bundle import Bundle, read_bundles
from sparely_toolkit import names
from sparely_toolkit.deployment.built import read_template
from sparely_toolkit.deployment.rehearsal.alarms import Alarm, read_alarms
from sparely_toolkit.deployment.rollouts import ALL_AT_ONCE, Step, steps
from sparely_toolkit.local.intrinsics import Resolver
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.problems import Problem
from sparely_toolkit.samconfig import Stage

DEFAULT_TIMEOUT_S = 3
"""Of a function that names none. Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html."""


class NoCheck(Problem):
    """The template lacks the function that asks a new version before traffic."""

    def __init__(self) -> None:
        super().__init__(f"template.yaml has no {names.CHECK_NEW_VERSION}; `make doctor` says what to add.")


@dataclass(frozen=True, slots=True)
class Plan:
    """
    A rollout to play.

    Attributes:
        check_timeout_s: what the function has that asks the new version.
        service: the name under which the alarms look for what the function counts itself.
    """

    rollout: str
    steps: tuple[Step, ...]
    alarms: tuple[Alarm, ...]
    models: tuple[Bundle, ...]
    check_timeout_s: float
    check_settings: Mapping[str, str]
    service: str

    @property
    def asks(self) -> bool:
        """Whether golden rows are asked through the alias while traffic moves."""
        return self.check_settings.get("WHILE_SHIFTING") == "on"


def read_plan(built_template: Path, stage: Stage, rollout: str | None) -> Plan:
    """
    Read the built template with the parameters of a stage.

    Args:
        rollout: instead of the stage's own.

    Raises:
        Problem: nothing is built, or the template holds what cannot be rehearsed.
    """
    template = read_template(built_template)
    parameters = parameter_values(template, stage.overrides)
    chosen = rollout or parameters.get(names.PARAMETER_ROLLOUT, ALL_AT_ONCE)
    resolver = _resolver(template, stage, parameters)
    if names.CHECK_NEW_VERSION not in template["Resources"]:
        raise NoCheck
    check = template["Resources"][names.CHECK_NEW_VERSION]["Properties"]
    return Plan(
        rollout=chosen,
        steps=steps(chosen),
        alarms=read_alarms(template, resolver),
        models=read_bundles(built_template.parent / check["CodeUri"] / "models"),
        check_timeout_s=float(resolver.value(check.get("Timeout", DEFAULT_TIMEOUT_S))),
        check_settings={name: str(each) for name, each in resolver.value(check["Environment"]["Variables"]).items()},
        service=stage.stack,
    )


def _resolver(template: Mapping[str, Any], stage: Stage, parameters: Mapping[str, str]) -> Resolver:
    return Resolver(
        parameters={**parameters, "AWS::StackName": stage.stack},
        conditions=template.get("Conditions", {}),
        mappings=template.get("Mappings", {}),
        resources=frozenset(template["Resources"]),
    )
