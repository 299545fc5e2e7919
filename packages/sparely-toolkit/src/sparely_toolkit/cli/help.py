"""What `--help` shows: whole sentences in 80 columns, and no name of a type."""

import inspect
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class _Command(TyperCommand):
    """A command whose arguments and options are listed by name, with what they mean."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """List arguments by the names that stand in the line of usage, then options."""
        listed: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            if record := parameter.get_help_record(ctx):
                is_argument = parameter.param_type_name == "argument"
                row = (record[0].split(" <")[0], record[1]) if is_argument else record
                listed["Arguments" if is_argument else "Options"].append(row)
        for title, rows in listed.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class _Group(TyperGroup):
    """Commands with the whole of their first sentences, on two lines where they need them."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List what is not hidden, in the order in which it was registered."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [
            (name, " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split()))
            for name, command in commands.items()
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class Application(typer.Typer):
    """Commands that explain themselves in plain words."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=_Group, rich_markup_mode=None, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Register a command."""
        return super().command(name, cls=_Command, **settings)
