"""All commands, in the order in which `sparely --help` lists them."""

from sparely_toolkit.cli import serving  # noqa: F401
