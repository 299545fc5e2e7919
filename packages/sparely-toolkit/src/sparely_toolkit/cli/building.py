"""`sparely build`, `test`, `check` and `fix`: the Lambda package, and whether the service is right."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.application import app, project_of
from sparely_toolkit.cli.progress import step


@app.command()
def build(context: typer.Context) -> None:
    """Build the Lambda package, if anything that ships has changed."""
    from sparely_toolkit.names import FUNCTION
    from sparely_toolkit.package.measure import weigh
    from sparely_toolkit.package.sam_build import ensure_built

    project = project_of(context)
    with step("Building the Lambda package"):
        built = ensure_built(project)
    print(f"Built: {weigh(project.built / FUNCTION)}." if built else "Nothing that ships has changed.")


@app.command(hidden=True)
def package(
    context: typer.Context,
    function: Annotated[str, typer.Argument(help="The function's logical id in template.yaml.")],
    folder: Annotated[Path, typer.Argument(help="The folder to fill.")],
) -> None:
    """Fill a folder with what Lambda gets for a function; `sam build` asks for it by src/Makefile."""
    from sparely_toolkit.package import build as building
    from sparely_toolkit.package.install import cache_folder

    weight = building.package(project_of(context), function, folder.resolve(), cache_folder())
    print(f"{function}: {weight}")


@app.command(hidden=True)
def profile(
    artifact: Annotated[Path, typer.Argument(help="A built package, such as .aws-sam/build/PredictFunction.")],
    requests: Annotated[int, typer.Option(help="Warm requests of each start.")] = 500,
    runs: Annotated[int, typer.Option(help="Starts.")] = 5,
) -> None:
    """Measure what a package's init and its one-row requests take, as JSON."""
    from sparely_toolkit.package.profile import profile as measure

    print(json.dumps(measure(artifact.resolve(), requests=requests, runs=runs), indent=2))
