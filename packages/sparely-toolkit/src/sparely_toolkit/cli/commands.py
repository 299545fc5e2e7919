"""All commands, in the order in which `sparely --help` lists them."""

from sparely_toolkit.cli import (  # noqa: F401  # isort: skip
    serving,
    building,
    models,
    measuring,
    deploying,
    upkeep,
)
