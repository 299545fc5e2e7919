"""`sparely add-model`, `remove-model` and `contract`: models come and go, and what is written from them follows."""

from typing import Annotated

import typer

from sparely_toolkit.cli.application import app, project_of


@app.command()
def contract(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only look whether anything would change; 1 if so.")] = False,
) -> None:
    """Write openapi.yaml, a REST API's body, events/ and the README's models anew from the models."""
    from sparely_toolkit.contract import regenerate

    project = project_of(context)
    if check:
        regenerate.check(project)
        return
    names = regenerate.regenerate(project)
    print(f"Written anew: {', '.join(names)}." if names else "Nothing has changed.")
