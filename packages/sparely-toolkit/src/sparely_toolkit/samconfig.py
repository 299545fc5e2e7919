"""
samconfig.toml: what `sam deploy` would take from it for each stage.

SAM's own reader takes a second to import; a test holds this one against it.
"""

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.safe_yaml import parsed

DEFAULT = "default"
"""The stage that SAM takes where none is named."""
DEPLOY, DELETE = "deploy", "delete"
"""SAM's commands, by the tables that they read."""
MEND = "mend it, or take it back from git"
PLAIN = "save it as plain UTF-8"
_TEXTS = ("stack_name", "region", "profile", "role_arn", "s3_bucket", "s3_prefix")
"""Settings that name one thing; SAM would make a text of whatever stands there."""
_OTHERS = ("samconfig.yaml", "samconfig.yml", "samconfig.json")
"""What SAM reads where there is no samconfig.toml."""


class UnknownStage(Problem):
    """samconfig.toml has no such stage."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, file: Path, name: str, known: list[str]) -> None:
        super().__init__(f'{file.name}: no stage "{name}". Available: {", ".join(known) or "none"}.')


class UnreadableSamconfig(Problem):
    """samconfig.toml, or a file that it names, is not what SAM takes."""

    def __init__(self, file: Path, fault: object) -> None:
        super().__init__(f"{file.name} cannot be read: {str(fault).rstrip('.')}.")


class NoSamconfig(Problem):
    """There is no samconfig.toml where one is needed."""

    def __init__(self, file: Path) -> None:
        other = next((name for name in _OTHERS if file.with_name(name).is_file()), None)
        instead = f", and {other} is not read" if other else ""
        super().__init__(
            f"There is no {file.name} in {file.parent}{instead}, so no stage says which stack is meant: "
            "take it back from git, or write one with [default.deploy.parameters] and a stack_name."
        )


class NoStackName(Problem):
    """A stage that names no stack is asked for it."""

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"samconfig.toml: [{stage}.deploy.parameters] has no stack_name, nor has [{stage}.global.parameters]; "
            "set one."
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """
    One stage of samconfig.toml: a stack, and the values that its parameters get.

    Attributes:
        stack_name: None where it names none, so that it can be served here and not deployed.
        region: None where AWS' own configuration decides.
        overrides: the parameters that it sets; the template's defaults hold for the others.
        called: the names of those that the caller has given, over the stage's own.
        profile: of AWS' configuration; None where AWS_PROFILE or the default decides.
        settings: all that `sam deploy` takes at this stage, as it stands there: role_arn, s3_prefix, tags and so on.
        delete: the command that deletes the stack, with what `sam delete` would not find by itself.
    """

    name: str = DEFAULT
    stack_name: str | None = None
    region: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    called: frozenset[str] = frozenset()
    profile: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict, compare=False)
    delete: str = field(default=".venv/bin/sam delete", compare=False)

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

    @property
    def table(self) -> str:
        """The table that a setting of a deployment stands in."""
        return f"[{self.name}.{DEPLOY}.parameters] of samconfig.toml"

    def command(self, target: str) -> str:
        """`make deploy STAGE=prod`, as one types it for this stage."""
        return f"make {target}" + ("" if self.name == DEFAULT else f" STAGE={self.name}")

    def aws(self, service: str) -> str:
        """The beginning of a command of AWS' own, for the account and region that this stage is in."""
        return " ".join(["aws", *_options(self.region, self.profile), service])


def read_stage(file: Path, name: str = DEFAULT) -> Stage:
    """
    Read `[<name>.deploy.parameters]` over `[<name>.global.parameters]`, as SAM does.

    The default stage need not stand there, nor the file: SAM then goes by its own defaults.

    Raises:
        NoSamconfig: another stage is named, or SAM would read a file of another format.
        UnknownStage: another stage is named that is not there.
        UnreadableSamconfig: the file is not TOML, or has values that SAM refuses.
    """
    document = _document(file)
    _subtable(file, document, name)
    if not file.is_file() and (name != DEFAULT or any(file.with_name(each).is_file() for each in _OTHERS)):
        raise NoSamconfig(file)
    if name not in document and name != DEFAULT:
        raise UnknownStage(file, name, [*_tables(document)])
    settings, deleting = (_settings(file, document, name, command) for command in (DEPLOY, DELETE))
    for each in _TEXTS:
        if isinstance(value := settings.get(each), bool | list | dict):
            raise UnreadableSamconfig(file, f"{each} holds {value!r}, not a text")
    tags = settings.get("tags", [])
    for each in tags if isinstance(tags, list) else [tags]:
        if not (isinstance(each, str) and "=" in each):  # SAM ends in an AttributeError, after the build
            raise UnreadableSamconfig(file, f"tags holds {each!r}, not NAME=VALUE")
    return Stage(
        name=name,
        stack_name=_text(settings, "stack_name"),
        region=_text(settings, "region"),
        overrides=overrides(settings.get("parameter_overrides", []), file),
        profile=_text(settings, "profile"),
        settings=settings,
        delete=" ".join([".venv/bin/sam delete", "--config-env", name, *_unknown_to(deleting, settings)]),
    )


def _settings(file: Path, document: Mapping[str, Any], name: str, command: str) -> dict[str, Any]:
    """What a command of SAM takes at a stage: its own table over the one of all commands."""
    settings: dict[str, Any] = {}
    for each in ("global", command):
        settings |= _subtable(file, document, name, each, "parameters")
    return settings


def _text(settings: Mapping[str, Any], name: str) -> str | None:
    """A setting as text, as SAM takes it; an empty one counts as none to AWS' clients."""
    value = settings.get(name)
    return None if value in (None, "") else str(value)


def _options(region: str | None, profile: str | None) -> list[str]:
    named = (("--region", region), ("--profile", profile))
    return [word for option, value in named if value for word in (option, value)]


def _unknown_to(deleting: Mapping[str, Any], settings: Mapping[str, Any]) -> list[str]:
    """What stands in deploy's table alone, as options."""
    names = [name for name in ("stack_name", "region", "profile") if settings.get(name) != deleting.get(name)]
    return [word for name in names for word in (f"--{name.replace('_', '-')}", str(settings[name])) if name in settings]


def stages(file: Path) -> list[str]:
    """
    The names of all stages that stand in a samconfig.toml.

    Raises:
        UnreadableSamconfig: the file is not TOML.
    """
    return [*_tables(_document(file))]


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


def _document(file: Path) -> dict[str, Any]:
    """All that stands there; nothing where there is no file."""
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if text.startswith("\ufeff"):  # SAM does not read past it either
            raise UnreadableSamconfig(file, f"it begins with a byte order mark; {PLAIN}")
        document = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UnreadableSamconfig(file, f"it is not in UTF-8; {PLAIN}") from None
    except ValueError as fault:
        raise UnreadableSamconfig(file, f"{str(fault).rstrip('.')}; {MEND}") from None
    if document and not isinstance(document.get("version"), float):
        raise UnreadableSamconfig(file, "it has no `version = 0.1` before its first table, which SAM wants")
    return document


def _tables(document: Mapping[str, Any]) -> dict[str, Any]:
    """The stages' tables."""
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
        content = tomllib.loads(text) if included.suffix == ".toml" else parsed(text)
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
    if not (name and sign):
        raise UnreadableSamconfig(file, f'parameter_overrides holds "{word}", not NAME=VALUE')
    return name, value
