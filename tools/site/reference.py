"""The pages of the reference that are written from the code, so that they cannot be out of date."""

import importlib
import inspect
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer.main
from cookiecutter.main import cookiecutter
from typer.cli import get_docs_for_click

from sparely.handler import errors
from sparely_toolkit.cli.commands import app
from sparely_toolkit.local import intrinsics
from sparely_toolkit.problems import ExitCode
from tools.llms import PACKAGES, names_of

APIS = ("http-iam", "http-jwt", "rest-key", "function-url")
EXITS = {
    ExitCode.DONE: "done",
    ExitCode.NO: "the answer is no: a gate, a limit or a check",
    ExitCode.WRONG_CALL: "wrong call",
    ExitCode.LACKING: "this machine or this service lacks something",
    ExitCode.AWS: "AWS refused",
}


def pages(repository: Path) -> Mapping[str, str]:
    """The text of each page by its place on the site."""
    return {
        "reference/commands.md": commands(),
        "reference/python.md": python(),
        "reference/parameters.md": parameters(repository),
        "reference/faults.md": faults(),
    }


def commands() -> str:
    """Every command with its arguments and options, and what it exits with."""
    command = typer.main.get_command(app)
    context = command.make_context("sparely", ["--help"], resilient_parsing=True)
    # typer has a copy of click of its own, and its annotation means the other one.
    text = str(get_docs_for_click(obj=command, ctx=context, name="sparely", title="Commands"))  # type: ignore[arg-type]
    exits = table(["exit code", "meaning"], [[f"{int(code)}", meaning] for code, meaning in EXITS.items()])
    head = (
        'In a service `make TARGET` is `sparely TARGET`, with `ARGS="..."` for the rest; make turns each failure into '
        "its own 2. A failure is one sentence on standard error.\n\n"
    )
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{head}{exits}\n{rest}"


def python() -> str:
    """The names that people may import, by their docstrings."""
    parts = ["# Python", "What these names do not cover may change with any version."]
    for package in map(importlib.import_module, PACKAGES):
        parts.append(f"# `{package.__name__}`\n\n{(inspect.getdoc(package) or '').strip()}")
        parts += [f"::: {place}.{name}" for name, place in names_of(package).items()]
    return "\n\n".join(parts) + "\n"


def parameters(repository: Path) -> str:
    """The template's parameters, for which choice of API each is there, and what it takes."""
    found: dict[str, tuple[Mapping[str, Any], list[str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for api in APIS:
            baked = cookiecutter(
                str(repository),
                no_input=True,
                extra_context={"api": api},
                output_dir=f"{folder}/{api}",
                accept_hooks=False,
            )
            for name, parameter in intrinsics.read(Path(baked) / "template.yaml")["Parameters"].items():
                found.setdefault(name, (parameter, []))[1].append(api)
    parts = [
        "# Template parameters",
        "Set by stage in `samconfig.toml`; [change a setting](../guide/change-settings.md) says how.",
    ]
    for name, (parameter, apis) in found.items():
        only = "" if len(apis) == len(APIS) else f" Only with {', '.join(apis)}."
        default = f"Default {_code(parameter['Default'])}" if "Default" in parameter else "No default"
        parts += [f"## {name}", parameter["Description"], f"{default}; {_allowed(parameter)}.{only}"]
    return "\n\n".join(parts) + "\n"


def faults() -> str:
    """Every fault that a caller can meet."""
    classes = sorted(_subclasses(errors.ServiceError), key=lambda each: (each.status, each.kind))
    kinds = {each.kind: [f"{each.status}", f"`urn:problem-type:{each.kind}`", each.title] for each in classes}
    return (
        "# Faults\n\nProblem documents of RFC 9457; [how clients use the service](../guide/api.md) has examples.\n\n"
        + table(["status", "type", "title"], list(kinds.values()))
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _subclasses(kind: type[errors.ServiceError]) -> Iterator[type[errors.ServiceError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _subclasses(each)


def _allowed(parameter: Mapping[str, Any]) -> str:
    if "AllowedValues" in parameter:
        return f"one of {', '.join(map(_code, parameter['AllowedValues']))}"
    bounds = [
        f"{word} {parameter[name]}" for word, name in (("from", "MinValue"), ("to", "MaxValue")) if name in parameter
    ]
    if bounds:
        return " ".join(bounds)
    if "AllowedPattern" in parameter:
        return f"a text like {_code(parameter['AllowedPattern'])}"
    kinds = {"String": "a text", "Number": "a number", "CommaDelimitedList": "a list"}
    return kinds.get(parameter["Type"], f"{parameter['Type']}")


def _code(value: object) -> str:
    text = re.sub(r"\s+", " ", str(value))
    return f"`{text}`" if text else "empty"
