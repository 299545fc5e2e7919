"""`sparely golden`: what own steps change in golden answers, shown row by row before it is written."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from sparely_toolkit.cli.application import app, project_of
from sparely_toolkit.cli.first import build_first
from sparely_toolkit.cli.progress import step
from sparely_toolkit.project import Project

WIDTH_OF_FILES = 80
"""Characters a line where a table goes to no terminal."""
CheckOption = Annotated[bool, typer.Option("--check", help="Write nothing; 1 if anything would be written.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking, as scripts have to.")]


@app.command()
def golden(context: typer.Context, check: CheckOption = False, yes: YesOption = False) -> None:
    """Show what own steps change in golden answers, row by row, and write it once you say so."""
    from sparely_toolkit.models.golden_differences import differing, told
    from sparely_toolkit.models.golden_rows import remade
    from sparely_toolkit.models.golden_service import ask, text_of

    project = project_of(context)
    if changed := remade(project):
        of_models(project, changed, check=check, yes=yes)
    build_first(project)
    with step("Asking the service for its golden rows"):
        rows = ask(project)
    text = text_of(rows)
    written = project.golden_service.read_text("utf-8") if project.golden_service.is_file() else None
    if text == written:
        others = sum(row.now != row.golden for row in rows)
        said = (
            f"Own steps of the service change {others} of {len(rows)} golden answers"
            if others
            else (f"No step of the service changes any of {len(rows)} golden answers")
        )
        print(f"{said}; golden-service.json is up to date." if written else f"{said}.")
        return
    changed_rows = [row for row in rows if row.is_changed]
    golden = ("golden",) if written else ()
    _show(
        ("area or model", "row", "what differs", "callers got", "they get now", *golden),
        (
            (row.path, row.row, *cells)
            for row in changed_rows
            for cells in differing([*map(told, (row.written, row.now)), *([told(row.golden)] if written else [])])
        ),
    )
    _confirm(len(changed_rows), "src/models/golden-service.json", check=check, yes=yes)
    from sparely_toolkit.contract.regenerate import write_files

    write_files(project, {project.golden_service: text})
    done = "Written" if text else "Removed, for nothing is changed any more"
    print(f"{done}: src/models/golden-service.json.")


def of_models(project: Project, changed: Sequence[Any], *, check: bool, yes: bool) -> None:
    """
    Show what changes for models whose steps.py is another than their golden rows were made with, and write it.

    Raises:
        Stale: nothing is to be written, or there is nobody to say so.
    """
    from sparely_toolkit.contract.regenerate import regenerate, write_files
    from sparely_toolkit.models.golden_differences import differing
    from sparely_toolkit.models.golden_rows import changes

    rows = [(each.model.path, *change) for each in changed for change in changes(each)]
    if rows:
        _show(
            ("model", "row", "what differs", "callers got", "they get now"),
            ((path, row, *cells) for path, row, *documents in rows for cells in differing(documents)),
        )
    names = ", ".join(each.model.path for each in changed)
    print(f"Changed steps of {names} change {len(rows)} of {sum(len(each.presented) for each in changed)} golden rows.")
    _confirm(len(rows), f"golden.json and manifest.json of {names}", check=check, yes=yes)
    write_files(project, {file: text for each in changed for file, text in each.files.items()})
    written = ", ".join(regenerate(project))
    print(f"Written: golden.json and manifest.json of {names}{f', and {written}' if written else ''}.")


def _confirm(rows: int, what: str, *, check: bool, yes: bool) -> None:
    """
    Ask, where an answer is another than before.

    Raises:
        Stale: nothing is to be written, or there is nobody to say so.
        Abort: the answer is no.
    """
    from sparely_toolkit.models.golden_service import Stale

    if check or (rows and not (yes or sys.stdin.isatty())):
        raise Stale(rows)
    if rows and not yes:
        typer.confirm(f"Write {what}?", abort=True)


def _show(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(*(Column(title, overflow="fold") for title in titles))
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES).print(table)
