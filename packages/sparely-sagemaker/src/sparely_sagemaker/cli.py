"""`sparely sagemaker COMMAND`: the SageMaker architectures of the service you are in."""

from pathlib import Path
from typing import Annotated

import typer

from sparely_sagemaker.add_on import AddOn, Architecture, Calls
from sparely_toolkit.cli.application import above_zero, all_above_zero, project_of
from sparely_toolkit.cli.help import Application
from sparely_toolkit.cli.progress import step

app = Application(no_args_is_help=True)


@app.callback()
def _about() -> None:
    """Serve the models from SageMaker: behind a thin Lambda function, or without any function."""


@app.command()
def run(
    context: typer.Context,
    architecture: Annotated[Architecture, typer.Argument(help="Which of the two.")] = Architecture.MULTI_MODEL,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it listens; 0 takes a free one.")] = 3000,
    instances: Annotated[int, typer.Option(min=1, help="Instances of the endpoint.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes of each container.")] = 2,
    model_memory_mb: Annotated[int | None, typer.Option(min=1, help="Memory for models of each container.")] = None,
    calls: Annotated[Calls, typer.Option(help="Once for an area, or for each model.")] = Calls.AREA,
    concurrency: Annotated[int, typer.Option(min=1, help="Environments of the thin function at once.")] = 10,
) -> None:
    """Serve an architecture here until stopped, without AWS and without Docker."""
    from sparely_sagemaker import architectures

    size = architectures.Size(instances, workers, model_memory_mb)
    choice = architectures.Choice(architecture, port, size, calls=calls, concurrency=concurrency)
    architectures.serve(_built(context), choice)


@app.command()
def build(context: typer.Context) -> None:
    """Write the models' archives, the image's content and the thin function's package, where something has changed."""
    from sparely_sagemaker.build import summary

    print(summary(_built(context)))


@app.command()
def image(
    context: typer.Context,
    base: Annotated[str, typer.Option(help="Another image to build on, such as python@sha256:DIGEST.")] = "",
) -> None:
    """Make the container's image with Docker; its tag says what is in it."""
    from sparely_sagemaker.image import make

    print(make(_built(context), base))


@app.command()
def check(context: typer.Context) -> None:
    """Hold the add-on to the service, and validate both templates; changes nothing."""
    from sparely_sagemaker.build import validate

    validate(AddOn.of(project_of(context)))


@app.command()
def compare(
    context: typer.Context,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of each architecture.")] = 2,
    rate: Annotated[float, typer.Option(callback=above_zero, help="Requests a second of the constant part.")] = 40.0,
    seconds: Annotated[float, typer.Option(callback=above_zero, help="Length of the constant part.")] = 8.0,
    steps: Annotated[
        list[float] | None,
        typer.Option(
            callback=all_above_zero, help="Requests a second, rising, once for each step; otherwise 50 to 500."
        ),
    ] = None,
    step_seconds: Annotated[float, typer.Option(callback=above_zero, help="Length of a step.")] = 8.0,
) -> None:
    """Put the same load on the three architectures, and write the table, the bills and the picture."""
    from sparely_sagemaker.compare import measuring, report
    from sparely_sagemaker.compare.priced import Priced
    from sparely_toolkit.cli.first import build_first

    add_on = _built(context)
    build_first(add_on.project)
    priced = Priced.of(add_on)
    load = measuring.Load(rate, seconds, tuple(steps or measuring.STEPS), step_seconds)
    add_on.comparison.mkdir(parents=True, exist_ok=True)
    turns = measuring.measure(add_on, load, rounds, lambda line: print(line, flush=True))
    print(report.write(turns, load, add_on.comparison, priced))


@app.command("thin-package", hidden=True)
def thin_package(context: typer.Context, folder: Annotated[Path, typer.Argument(help="The folder to fill.")]) -> None:
    """Fill a folder with what Lambda gets for the thin function; `sam build` asks for it by proxy/Makefile."""
    from sparely_sagemaker.packaging import fill_thin_package

    fill_thin_package(AddOn.of(project_of(context)), folder.resolve())


def _built(context: typer.Context) -> AddOn:
    """The add-on of the service that a command is about, with all that is served and uploaded up to date."""
    from sparely_sagemaker.build import ensure_built

    add_on = AddOn.of(project_of(context))
    with step("Building archives, image and thin function"):
        ensure_built(add_on)
    return add_on
