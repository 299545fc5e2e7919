"""`sparely score`: predictions for all rows of a file."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sparely_toolkit.cli.application import DEFAULT_STAGE, StageOption, app, project_of
from sparely_toolkit.cli.first import build_first
from sparely_toolkit.cli.progress import step

if TYPE_CHECKING:
    from sparely_toolkit.score.run import Summary

PRICED = 100_000
"""Rows from which on it is said where the price is told: fewer cost next to nothing."""


@app.command()
def score(
    context: typer.Context,
    model: Annotated[
        str | None,
        typer.Argument(metavar="AREA/MODEL", help="A model, or an area for all of its models.", show_default=False),
    ] = None,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE", help="CSV or JSON lines, also compressed by gzip, or Parquet.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="For the answers; otherwise NAME.scored.csv beside FILE.")
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Columns of FILE that stand before the answers, as id,date; otherwise all."),
    ] = None,
    lacking: Annotated[
        list[str] | None,
        typer.Option(metavar="NAMES", help="Features that FILE has not and need not have, as month,year."),
    ] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="csv, jsonl or parquet, if FILE's name does not say it."),
    ] = "",
    separator: Annotated[
        str, typer.Option(metavar="CHARACTER", help="Between a CSV's cells; otherwise found out.")
    ] = "",
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, help="Processes that score side by side; 0 takes one for each core.")
    ] = 0,
    stop_at: Annotated[
        int, typer.Option(metavar="N", min=0, help="End at so many rows without an answer; 0 never does.")
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Write over answers that are there, and begin anew.")] = False,
    stage: StageOption = DEFAULT_STAGE,
) -> None:
    """
    Predict for every row of a file, as the API would answer it.

    Rows without an answer go to NAME.errors.csv with their line numbers; exits with 1 where there are any. A run that
    was interrupted goes on where it was.
    """
    from sparely_toolkit.local.stage import local_stage
    from sparely_toolkit.local.template import read
    from sparely_toolkit.score.asked import Options, target_of
    from sparely_toolkit.score.places import WrongCall
    from sparely_toolkit.score.run import run
    from sparely_toolkit.score.tables import CHOICES

    if not model or not file:  # make hands on what was not said as an empty word
        unnamed = " and ".join(word for word, value in (("the model", model), ("the file", file)) if not value)
        raise WrongCall(
            f"Name {unnamed}: make score MODEL=area/name FILE=rows.csv, or sparely score area/name rows.csv."
        )
    if form not in ("", *CHOICES):
        raise WrongCall(f"--format is one of {', '.join(CHOICES)}, not {form}.")
    if len(separator) > 1:
        raise WrongCall(f'--separator is one character, not "{separator}".')
    project = project_of(context)
    build_first(project)
    function = read(project.built_template, local_stage(project, stage)).function
    options = Options(
        file=Path(file),
        output=output,
        keep=None if keep is None else _names(keep),
        lacking=_names(",".join(lacking or ())),
        format=form,
        separator=separator,
        jobs=jobs or os.cpu_count() or 1,
        stop_at=stop_at,
        force=force,
    )
    target = target_of(project, function, model)
    with step(f"Scoring {options.file.name}") as shown:
        summary = run(target, options, lambda part: shown.at(f"{part}"), print)
    _finish(summary, model)


def _names(option: str) -> tuple[str, ...]:
    return tuple(name for name in option.split(",") if name)


def _finish(summary: "Summary", model: str) -> None:
    from sparely.batch.lacking import without
    from sparely_toolkit.score.run import RowsRefused

    rate = f", {summary.scored / summary.seconds:,.0f} a second" if summary.rows and summary.scored else ""
    went_on = f", {summary.resumed:,} of them before" if summary.resumed else ""
    rows = "1 row" if summary.rows == 1 else f"{summary.rows:,} rows"
    print(f"{rows} answered{went_on} in {summary.seconds:.1f} s{rate}: {summary.output}.")
    if summary.peak_memory_mb:
        processes = "1 process" if summary.processes == 1 else f"each of {summary.processes} processes"
        print(f"Memory: at most {summary.peak_memory_mb} MB in {processes}.")
    if summary.rows >= PRICED:
        print(f'Here it costs nothing; `make plan ARGS="--rows {summary.rows} --model {model}"` prices it on AWS.')
    if sentence := without(summary.lacking, "--lacking {}"):
        print(sentence, file=sys.stderr)
    if summary.refused:
        rows = "1 row has" if summary.refused == 1 else f"{summary.refused:,} rows have"
        raise RowsRefused(f"{rows} no answer; {summary.faults} says which and why.")
