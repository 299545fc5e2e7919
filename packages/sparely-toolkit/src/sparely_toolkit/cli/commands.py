"""All commands, in the order in which `sparely --help` lists them; last those that an add-on's package brings."""

from importlib.metadata import entry_points

from sparely_toolkit.cli import (  # noqa: F401  # isort: skip
    serving,
    building,
    models,
    measuring,
    deploying,
    upkeep,
)
from sparely_toolkit.cli.application import app

ADDED = "sparely.commands"
"""The group of entry points by which a package adds commands under a name of its own."""

for point in entry_points(group=ADDED):
    app.add_typer(point.load(), name=point.name)
