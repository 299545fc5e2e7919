"""samconfig.toml: the stack's name, region and parameter values that `sam deploy` would use."""

import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.problems import Problem


@dataclass(frozen=True)
class DeployConfiguration:
    """What one environment of samconfig.toml says about a deployment."""

    stack_name: str
    region: str
    parameters: dict[str, str]


class UnknownEnvironment(Problem):
    """samconfig.toml has no such environment."""

    def __init__(self, path: Path, name: str, known: list[str]) -> None:
        super().__init__(f'{path}: no environment "{name}". Available: {", ".join(known)}.')


def read(path: Path, environment: str) -> DeployConfiguration:
    """Read `[<environment>.deploy.parameters]` over `[<environment>.global.parameters]`, if there is any."""
    document = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known = [name for name, table in document.items() if isinstance(table, dict)]
    if environment not in known and environment != "default":
        raise UnknownEnvironment(path, environment, known)
    chosen = document.get(environment, {})
    settings = {**_parameters(chosen, "global"), **_parameters(chosen, "deploy")}
    return DeployConfiguration(
        stack_name=str(settings.get("stack_name", path.absolute().parent.name)),
        region=str(settings.get("region", "us-east-1")),
        parameters=overrides(settings.get("parameter_overrides", [])),
    )


def _parameters(environment: dict[str, Any], command: str) -> dict[str, Any]:
    table: dict[str, Any] = environment.get(command, {}).get("parameters", {})
    return table


def overrides(value: Any) -> dict[str, str]:
    """
    Read `parameter_overrides`.

    Args:
        value: `'A=1 B="two words"'`, or a list of such, or a table: the three forms that SAM accepts.
    """
    if isinstance(value, dict):
        return {name: str(given) for name, given in value.items()}
    texts = [value] if isinstance(value, str) else list(value)
    found: dict[str, str] = {}
    for word in [word for text in texts for word in shlex.split(text)]:
        name, _, given = word.partition("=")
        if name == "ParameterKey":  # the long form: ParameterKey=A,ParameterValue=1
            name, _, given = given.partition(",ParameterValue=")
        found[name] = given
    return found
