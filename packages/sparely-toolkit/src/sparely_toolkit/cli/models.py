"""`sparely add-model`, `remove-model` and `contract`: models come and go, and what is written from them follows."""

import typer

from sparely_toolkit.cli.application import app


@app.command("add-model")
def add_model(context: typer.Context) -> None:
    """Add a model of your own."""
