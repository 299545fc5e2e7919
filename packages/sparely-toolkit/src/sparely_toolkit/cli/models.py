"""`sparely add-model`, `remove-model`, `train` and `contract`: models come and go, and what follows from them."""

from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.application import above_zero, app, from_zero, project_of, require_writable
from sparely_toolkit.cli.progress import step
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

Area = Annotated[str | None, typer.Option(metavar="AREA", help="The business area, first part of the route.")]
Name = Annotated[str | None, typer.Option(metavar="NAME", help="The model's name, unique in the service.")]


@app.command()
def add_model(
    context: typer.Context,
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="A fitted model: .joblib .pkl .pickle .cloudpickle .skops .json .ubj .txt .cbm .pt2 .onnx; a "
            "bundle: .zip; or where one is kept, such as models:/NAME@ALIAS.",
            show_default=False,
        ),
    ] = None,
    area: Area = None,
    name: Name = None,
    data: Annotated[str | None, typer.Option(metavar="ROWS", help="Sample rows: .csv .parquet .jsonl.")] = None,
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column to predict, or several with commas between.")
    ] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="One sentence for the catalogue.")] = None,
    source: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Where the data come from; otherwise the file's name.")
    ] = None,
    unit: Annotated[list[str] | None, typer.Option(metavar="FEATURE=UNIT", help="A feature's unit.")] = None,
    null: Annotated[list[str] | None, typer.Option(metavar="FEATURE=WORD", help="What null stands for.")] = None,
    labels: Annotated[
        str | None,
        typer.Option(metavar="LABELS", help="Of an .onnx or .pt2 classifier: its classes in order, with commas."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Of an .onnx or .pt2 file: what its numbers are.")
    ] = None,
    most_seconds: Annotated[
        float | None,
        typer.Option(metavar="S", callback=above_zero, help="How long the whole export may take; 900 if not said."),
    ] = None,
    most_open_ms: Annotated[
        float | None,
        typer.Option(metavar="MS", callback=above_zero, help="How long opening the model may take; 2000 if not said."),
    ] = None,
    most_row_ms: Annotated[
        float | None,
        typer.Option(metavar="MS", callback=above_zero, help="How long one row may take; 250 if not said."),
    ] = None,
    trust: Annotated[list[str] | None, typer.Option(metavar="TYPE", help="A type in a .skops file.")] = None,
    steps: Annotated[
        str | None, typer.Option(metavar="FILE", help="Own code around the model, steps.py; ROWS are raw then.")
    ] = None,
    prepared: Annotated[
        str | None, typer.Option(metavar="ROWS", help="With --steps: the same rows as the model was fitted on them.")
    ] = None,
    absolute_tolerance: Annotated[
        float | None,
        typer.Option(metavar="X", callback=from_zero, help="How far an answer may be from the estimator's."),
    ] = None,
    relative_tolerance: Annotated[
        float | None,
        typer.Option(metavar="X", callback=from_zero, help="The same, as a share of the estimator's."),
    ] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME==VERSION", help="A package that made the file, where it does not tell."),
    ] = None,
    here: Annotated[
        bool, typer.Option("--here", help="Open the file with what .venv-export has, whatever made it.")
    ] = False,
    no_worse: Annotated[
        list[str] | None,
        typer.Option(metavar="METRIC[=BY]", help="Refuse it where it is worse than the model that it replaces."),
    ] = None,
) -> None:
    """Convert a fitted model, compare its answers with the estimator's, and add it: `sparely docs add-a-model`."""
    from sparely_toolkit.contract.readme import question
    from sparely_toolkit.models import adding, bundled, calling
    from sparely_toolkit.models.comparing import Limit

    project = project_of(context)
    require_writable(project.root, project.models)
    limits = [Limit.parse(each) for each in no_worse or []]
    options = {
        "--data": data,
        "--target": target,
        "--description": description,
        "--source": source,
        "--unit": unit,
        "--null": null,
        "--labels": labels,
        "--kind": kind,
        "--most-seconds": most_seconds,
        "--most-open-ms": most_open_ms,
        "--most-row-ms": most_row_ms,
        "--trust": trust,
        "--steps": steps,
        "--prepared": prepared,
        "--absolute-tolerance": absolute_tolerance,
        "--relative-tolerance": relative_tolerance,
    }
    if model and bundled.is_bundle(model):
        others = {**options, "--with": with_, "--here": here or None}
        if superfluous := [option for option, value in others.items() if value]:
            raise bundled.NotForBundles(model, superfluous)
        with step(f"Adding {model}") as shown:
            added, report = adding.add_bundle(project, model, area, name, shown.at, limits)
    else:
        needed = {"MODEL": model, "--area": area, "--name": name, "--data": data}
        if lacking := [option for option, value in needed.items() if not value]:
            raise adding.Lacks(lacking)
        assert model
        assert area
        assert name
        assert data
        with step(f"Adding {area}/{name}") as shown:
            added, report = adding.add(
                project, model, area, name, _passed_on(options), shown.at,
                data=data, extra=with_ or [], here=here, limits=limits,
            )  # fmt: skip
    print(report.rstrip())
    command, answer = question(added, calling.address(project), calling.curl_options(project) or "")
    print(f"\nOnce `make run` serves it,\n\n{command}\n\nanswers\n\n{answer}")


@app.command()
def remove_model(context: typer.Context, area: Area = None, name: Name = None) -> None:
    """Take a model out of the service, or with an area alone all models of it."""
    from sparely_toolkit.models import removing

    if not area:
        raise removing.NoArea
    project = project_of(context)
    removed = removing.remove(project, area, name or None)
    print(f"Removed {', '.join(removed)}.")
    for file in removing.still_named(project, removed):
        print(f"{file} still names it, and is yours.")


class ScriptUnnamed(Problem):
    """Nobody said which script."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self) -> None:
        super().__init__("Name the script: make train SCRIPT=training/mine.py, or sparely train training/mine.py.")


@app.command(context_settings={"ignore_unknown_options": True})
def train(
    context: typer.Context,
    script: Annotated[
        Path | None,
        typer.Argument(
            metavar="SCRIPT",
            exists=True,
            dir_okay=False,
            help="A script, such as training/mine.py.",
            show_default=False,
        ),
    ] = None,
    arguments: Annotated[list[str] | None, typer.Argument(metavar="ARGS", help="What the script takes.")] = None,
) -> None:
    """Run a script of yours where the training libraries are, then write what follows from the models."""
    from sparely_toolkit.contract.regenerate import regenerate
    from sparely_toolkit.models import adding
    from sparely_toolkit.models.export_environment import export_python

    if script is None:
        raise ScriptUnnamed
    project = project_of(context)
    with step("Preparing the training libraries") as shown:
        export_python(project, shown.at)
    if adding.train(project, script, arguments or [], print):
        raise typer.Exit(ExitCode.NO)
    print(f"{script} has ended well.")
    _say_written(project, regenerate(project))


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
    else:
        _say_written(project, regenerate.regenerate(project))


def _passed_on(options: dict[str, str | float | list[str] | None]) -> list[str]:
    """The options that were given, as an export takes them."""
    arguments: list[str] = []
    for option, value in options.items():
        for each in value if isinstance(value, list) else [value]:
            arguments += [] if each is None else [f"{option}={each}"]
    return arguments


def _say_written(project: Project, names: list[str]) -> None:
    """Which files were written and which removed; none of the latter is there."""
    written = [name for name in names if (project.root / name).exists()]
    removed = [name for name in names if name not in written]
    if written:
        print(f"Written anew: {', '.join(written)}.")
    if removed:
        print(f"Removed: {', '.join(removed)}.")
    if not names:
        print("openapi.yaml and all that is made from the models was up to date.")
