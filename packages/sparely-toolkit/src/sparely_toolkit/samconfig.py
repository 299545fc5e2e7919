"""samconfig.toml: what `sam` would take from it for each stage."""

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sparely_toolkit.problems import ExitCode, Problem

DEFAULT = "default"
"""The stage that SAM takes where none is named."""


class UnknownStage(Problem):
    """samconfig.toml has no such stage."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, file: Path, name: str, known: list[str]) -> None:
        super().__init__(f'{file.name}: no stage "{name}". Available: {", ".join(known) or "none"}.')


class UnreadableSamconfig(Problem):
    """samconfig.toml, or a file that it names, is not what SAM takes."""

    def __init__(self, file: Path, fault: object) -> None:
        super().__init__(f"{file.name} cannot be read: {str(fault).rstrip('.')}.")


class NoStackName(Problem):
    """A stage that names no stack is asked for it."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"samconfig.toml: [{stage}.deploy.parameters] has no stack_name; set one.")


@dataclass(frozen=True, slots=True)
class Stage:
    """
    One stage of samconfig.toml: a stack, and the values that its parameters get.

    Attributes:
        stack_name: None where it names none, so that it can be served here and not deployed.
        region: None where AWS' own configuration decides.
        overrides: the parameters that it sets; the template's defaults hold for the others.
        called: the names of those that the caller has given, over the stage's own.
    """

    name: str = DEFAULT
    stack_name: str | None = None
    region: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    called: frozenset[str] = frozenset()

    @property
    def stack(self) -> str:
        """
        The stack's name, for commands that need a deployed one.

        Raises:
            NoStackName: there is none.
        """
        if self.stack_name is None:
            raise NoStackName(self.name)
        return self.stack_name


def read_stage(file: Path, name: str = DEFAULT) -> Stage:
    """
    Read `[<name>.deploy.parameters]` over `[<name>.global.parameters]`, as SAM does.

    The default stage need not stand there, nor the file: SAM then goes by its own defaults.

    Raises:
        UnknownStage: another stage is named that is not there.
        UnreadableSamconfig: the file is not TOML, or has values that SAM refuses.
    """
    document = _document(file)
    if name not in document and name != DEFAULT:
        raise UnknownStage(file, name, [*document])
    settings: dict[str, Any] = {}
    for command in ("global", "deploy"):
        settings |= _subtable(file, document, name, command, "parameters")
    return Stage(
        name=name,
        stack_name=settings.get("stack_name"),
        region=settings.get("region"),
        overrides=overrides(settings.get("parameter_overrides", []), file),
    )


def stages(file: Path) -> list[str]:
    """
    The names of all stages that stand in a samconfig.toml.

    Raises:
        UnreadableSamconfig: the file is not TOML.
    """
    return [*_document(file)]


def overrides(value: Any, file: Path = Path("samconfig.toml")) -> dict[str, str]:
    """
    Read `parameter_overrides` in every form that SAM takes.

    Args:
        value: `'A=1 B="two words"'`, the long form `ParameterKey=A,ParameterValue=1`, `file://parameters.yaml`, a
            table, or a list of such.
        file: where it stands; named files lie relative to it.

    Raises:
        UnreadableSamconfig: it is in none of these forms.
    """
    match value:
        case None | "":
            return {}
        case list():
            return {name: text for part in value for name, text in overrides(part, file).items()}
        case dict():
            return _table(value, file)
        case str() if value.startswith("file://"):
            return _included(file.parent / value.removeprefix("file://"), file)
        case str():
            return dict(_assignment(word, file) for word in _words(value, file))
    raise UnreadableSamconfig(file, f"parameter_overrides holds {value!r}, not NAME=VALUE")


def _document(file: Path) -> dict[str, dict[str, Any]]:
    """The stages' tables; nothing where there is no file."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except ValueError as fault:
        raise UnreadableSamconfig(file, fault) from None
    return {name: table for name, table in document.items() if isinstance(table, dict)}


def _subtable(file: Path, document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """What stands at a place; nothing where nothing does."""
    table = document
    for depth, name in enumerate(path, start=1):
        table = table.get(name, {})
        if not isinstance(table, Mapping):
            raise UnreadableSamconfig(file, f"{'.'.join(path[:depth])} is not a table")
    return table


def _table(table: Mapping[str, Any], file: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in table.items():
        if name == "$include":
            values |= overrides([f"file://{each}" for each in _listed(value)], file)
        elif isinstance(value, list):
            values[name] = ",".join(str(each).strip() for each in value)
        else:
            values[name] = "" if value is None else str(value)
    return values


def _listed(value: Any) -> list[str]:
    return [str(each).removeprefix("file://") for each in (value if isinstance(value, list) else [value])]


def _included(included: Path, file: Path) -> dict[str, str]:
    try:
        text = included.read_text(encoding="utf-8")
        content = tomllib.loads(text) if included.suffix == ".toml" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as fault:
        raise UnreadableSamconfig(file, f"{included.name} of parameter_overrides: {fault}") from None
    return overrides(content, included)


def _words(text: str, file: Path) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as fault:
        raise UnreadableSamconfig(file, f"parameter_overrides holds {text!r}: {fault}") from None


def _assignment(word: str, file: Path) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if name == "ParameterKey":
        name, sign, value = value.partition(",ParameterValue=")
    if not sign:
        raise UnreadableSamconfig(file, f'parameter_overrides holds "{word}", not NAME=VALUE')
    return name, value
