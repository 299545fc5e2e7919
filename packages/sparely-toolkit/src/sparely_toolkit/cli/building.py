"""`sparely build`, `test`, `check` and `fix`: the Lambda package, and whether the service is right."""

import typer

from sparely_toolkit.cli.application import app, project_of


@app.command()
def build(context: typer.Context) -> None:
    """Build the Lambda package, if anything in it has changed."""
    from sparely_toolkit.package.sam_build import ensure_built

    ensure_built(project_of(context))
