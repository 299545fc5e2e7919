"""The function of a notebook and the command of a service say the same about a model."""

import inspect

from typer.main import get_command

from sparely_export import export
from sparely_export.options import parse
from sparely_toolkit.cli.commands import app

CALLED = {"data": "rows", "unit": "units", "null": "nulls"}
"""What an option is called as an argument, where that is not its own name."""
OF_THE_COMMAND = {"with_", "here", "no_worse", "help"}
"""About where a file is opened and which model it would replace, neither of which an export has."""
OF_THE_FUNCTION = {"path", "code", "progress"}
"""A bundle to write and modules beside it, which a service has places for, and whether to show what it is at."""


def options() -> set[str]:
    """Of `sparely add-model`, as arguments of a function are called."""
    command = get_command(app).commands["add-model"]  # type: ignore[attr-defined]
    return {CALLED.get(each.name, each.name) for each in command.params}


def test_function_takes_what_the_command_takes() -> None:
    """And nothing else: what the one can say of a model, the other can."""
    arguments = set(inspect.signature(export).parameters)

    assert arguments - OF_THE_FUNCTION == options() - OF_THE_COMMAND


def test_defaults_are_the_same() -> None:
    """Where the command has none of its own, they are the export's."""
    files = ["model.joblib", "--area", "a", "--name", "n", "--data", "rows.csv", "--models", "models"]
    command = parse(files)
    defaults = {name: each.default for name, each in inspect.signature(export).parameters.items()}

    assert (defaults["most_seconds"], defaults["most_open_ms"], defaults["most_row_ms"]) == (
        command.most_seconds,
        command.most_open_ms,
        command.most_row_ms,
    )
    assert defaults["relative_tolerance"] == command.tolerance.relative
    assert defaults["absolute_tolerance"] == command.tolerance.absolute
