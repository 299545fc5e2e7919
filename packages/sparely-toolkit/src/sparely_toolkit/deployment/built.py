"""What `sam build` has left: the template, and the value that each of its parameters gets."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.local import intrinsics
from sparely_toolkit.problems import Problem


class NotBuilt(Problem):
    """A part of the build is missing."""

    def __init__(self, missing: Path) -> None:
        super().__init__(f"{missing.name} is not built; `make build` does it.")


class UnknownParameter(Problem):
    """samconfig.toml gives a value to a parameter that the template lacks."""

    def __init__(self, names: Iterable[str], known: Iterable[str]) -> None:
        super().__init__(f"template.yaml has no parameter {', '.join(names)}; it has {', '.join(known)}.")


class NoValue(Problem):
    """A parameter without default has no value."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"No value for {', '.join(names)}; set it in samconfig.toml.")


def read_template(path: Path) -> dict[str, Any]:
    """
    Read the template that `sam build` wrote, short tags as long forms.

    Raises:
        NotBuilt: there is none.
    """
    if not path.is_file():
        raise NotBuilt(path)
    return intrinsics.load(path.read_text(encoding="utf-8"))


def parameter_values(template: Mapping[str, Any], overrides: Mapping[str, str]) -> dict[str, str]:
    """
    Give every parameter its value: the one of the stage, else the template's default.

    Left to itself CloudFormation keeps the value of the last deployment, so that a changed default, or a
    ReleaseId that is no longer given, would not arrive.

    Raises:
        UnknownParameter: a value is given for no parameter.
        NoValue: none is given for one without default.
    """
    parameters: Mapping[str, Mapping[str, Any]] = template.get("Parameters", {})
    unknown = sorted(overrides.keys() - parameters.keys())
    if unknown:
        raise UnknownParameter(unknown, parameters)
    missing = [name for name, each in parameters.items() if "Default" not in each and name not in overrides]
    if missing:
        raise NoValue(missing)
    return {name: str(overrides.get(name, each.get("Default"))) for name, each in parameters.items()}
