"""`sparely golden`: what own steps change in golden answers, shown row by row before it is written."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from sparely_toolkit.cli.application import app, project_of
from sparely_toolkit.cli.building import build_first
from sparely_toolkit.cli.progress import step
from sparely_toolkit.project import Project

WIDTH_OF_FILES = 160
"""Characters a line where a table goes to no terminal."""
CheckOption = Annotated[bool, typer.Option("--check", help="Write nothing; 1 if anything would be written.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking, as scripts have to.")]


@app.command()
def golden(context: typer.Context, check: CheckOption = False, yes: YesOption = False) -> None:
    """Show what own steps change in golden answers, row by row, and write it once you say so."""
    from sparely_toolkit.models.golden_rows import remade
    from sparely_toolkit.models.golden_service import ask, text_of

    project = project_of(context)
    if changed := remade(project):
        _of_models(project, changed, check=check, yes=yes)
    build_first(project)
    with step("Asking the service for its golden rows"):
        rows = ask(project)
    text = text_of(rows)
    written = project.golden_service.read_text("utf-8") if project.golden_service.is_file() else None
    if text == written:
        changed_rows = sum(row.now != row.golden for row in rows)
        said = (
            f"Own steps of the service change {changed_rows} of {len(rows)} golden answers"
            if changed_rows
            else (f"No step of the service changes any of {len(rows)} golden answers")
        )
        print(f"{said}; golden-service.json is up to date." if written else f"{said}.")
        return
    differing = [row for row in rows if row.is_changed]
    _show(
        ("area or model", "row", "golden answer", "callers get now", "by golden-service.json"),
        (
            (row.path, row.row, _shown(row.golden), *map(_shown, (row.now, row.written), (row.golden, row.golden)))
            for row in differing
        ),
    )
    _confirm(len(differing), "src/models/golden-service.json", check=check, yes=yes)
    from sparely_toolkit.contract.regenerate import write_files

    write_files(project, {project.golden_service: text})
    done = "Written" if text else "Removed, for nothing is changed any more"
    print(f"{done}: src/models/golden-service.json.")


def _of_models(project: Project, changed: Sequence[Any], *, check: bool, yes: bool) -> None:
    """Models whose steps.py is another than their golden rows were made with."""
    from sparely_toolkit.contract.regenerate import regenerate, write_files
    from sparely_toolkit.models.golden_rows import changes

    rows = [(each.model.path, *change) for each in changed for change in changes(each)]
    if rows:
        _show(
            ("model", "row", "callers got", "callers get now"),
            ((path, row, _text(before), _text(now)) for path, row, before, now in rows),
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


def _shown(answer: Any, golden: Any = None) -> str:
    """An answer in few words: the one prediction alone where it holds nothing else."""
    if answer == golden:
        return "as golden"
    document = answer.document
    predictions = document.get("predictions") if isinstance(document, dict) else None
    if answer.status == 200 and isinstance(predictions, dict) and len(document) == 1:
        rows = [row for each in predictions.values() for row in each]
        return _text(rows[0] if len(rows) == 1 else {name: each[0] for name, each in predictions.items()})
    return f"{answer.status} {_text(document)}"


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def _show(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*titles)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES).print(table)
