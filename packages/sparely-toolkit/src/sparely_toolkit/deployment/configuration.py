"""What samconfig.toml and the built template say of one deployment environment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.samconfig import overrides

PROJECT = Path(__file__).resolve().parents[1]
BUILT_TEMPLATE = PROJECT / ".aws-sam" / "build" / "template.yaml"


class DeploymentProblem(Exception):
    """A deployment command cannot go on; the message is for the person who ran it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """
    One environment of samconfig.toml.

    Attributes:
        region: None where AWS' own configuration decides.
        overrides: the parameters that it sets; the template's defaults hold for the others.
    """

    name: str
    stack_name: str
    region: str | None
    overrides: Mapping[str, str]


def read_environment(samconfig: Path, name: str) -> Environment:
    """
    Read `[<name>.deploy.parameters]` over `[<name>.global.parameters]`, as SAM does.

    Raises:
        DeploymentProblem: there is no such environment, or it names no stack.
    """
    document = tomllib.loads(samconfig.read_text(encoding="utf-8"))
    if name not in document:
        known = ", ".join(each for each, table in document.items() if isinstance(table, dict))
        raise DeploymentProblem(f'{samconfig.name}: no environment "{name}". Available: {known}.')
    tables = [document[name].get(command, {}).get("parameters", {}) for command in ("global", "deploy")]
    settings: dict[str, Any] = {**tables[0], **tables[1]}
    if "stack_name" not in settings:
        raise DeploymentProblem(f"{samconfig.name}: [{name}.deploy.parameters] has no stack_name.")
    return Environment(
        name=name,
        stack_name=settings["stack_name"],
        region=settings.get("region"),
        overrides=overrides(settings.get("parameter_overrides", [])),
    )


def read_template(path: Path) -> dict[str, Any]:
    """
    Read the template that `sam build` wrote, short tags as long forms.

    Raises:
        DeploymentProblem: there is none.
    """
    if not path.is_file():
        raise DeploymentProblem(f"{path.name} is not built; `make build` does it.")
    return intrinsics.load(path.read_text(encoding="utf-8"))


def parameter_values(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """
    Give every parameter its value: the given one, else the template's default.

    Left to itself CloudFormation keeps the value of the last deployment, so that a changed default, or a
    ReleaseId that is no longer given, would not arrive.

    Raises:
        DeploymentProblem: a value is given for no parameter, or none for one without default.
    """
    parameters: Mapping[str, Mapping[str, Any]] = template.get("Parameters", {})
    unknown = sorted(given.keys() - parameters.keys())
    if unknown:
        raise DeploymentProblem(f"template.yaml has no parameter {', '.join(unknown)}; it has {', '.join(parameters)}.")
    missing = [name for name, each in parameters.items() if "Default" not in each and name not in given]
    if missing:
        raise DeploymentProblem(f"No value for {', '.join(missing)}; set it in samconfig.toml.")
    return {name: str(given.get(name, each.get("Default"))) for name, each in parameters.items()}
