"""What a run over a file was asked for: the file, its form, the models, and what their callers get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.batch.flat import callers_answers, columns_of
from sparely.bundle import read_bundles
from sparely.kinds import flattened
from sparely_toolkit.local.settings import FunctionSettings
from sparely_toolkit.project import Project
from sparely_toolkit.score.places import WrongCall
from sparely_toolkit.score.process import Target
from sparely_toolkit.score.tables import SUFFIXES, form_of

_TYPES: dict[type, str] = {bool: "boolean", int: "number", float: "number"}


@dataclass(frozen=True, slots=True)
class Options:
    """
    What `sparely score` was asked for.

    Attributes:
        file: the table.
        output: for the answers; beside the file where there is none.
        keep: the file's columns that stand before the answers again; all where there is none.
        lacking: features that the file has not, though it may have them.
        format: csv, jsonl or parquet; by the file's name where it is empty.
        separator: between a CSV's cells; found out where it is empty.
        jobs: processes.
        stop_at: refused rows that end the run; 0 for no end.
        force: whether answers that are there are written over.
    """

    file: Path
    output: Path | None = None
    keep: tuple[str, ...] | None = None
    lacking: tuple[str, ...] = ()
    format: str = ""
    separator: str = ""
    jobs: int = 1
    stop_at: int = 0
    force: bool = False


def target_of(project: Project, function: FunctionSettings, path: str) -> Target:
    """
    The models of `area/name`, or of an area, with what their callers get.

    Raises:
        WrongCall: the service has none of that name.
    """
    area, _, name = path.partition("/")
    answers = callers_answers(project.models, area, name)
    if not answers:
        bundles = read_bundles(project.models)
        known = sorted({each.area for each in bundles} | {each.path for each in bundles})
        raise WrongCall(f'There is no model "{path}" here; there is {", ".join(known)}.')
    columns = {model: columns_of(rows) for model, rows in answers.items()}
    return Target(function, area, name, columns, {model: types_of(rows) for model, rows in answers.items()})


def types_of(answers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """
    What stands in the columns of a model's answers: `boolean`, `number`, or `string` for all else.

    Args:
        answers: those of its golden rows.
    """
    values: dict[str, set[str]] = {}
    for place, value in (each for answer in answers for each in flattened(answer)):
        if value is not None:
            values.setdefault(place, set()).add(_TYPES.get(type(value), "string"))
    return {place: kinds.pop() if len(kinds) == 1 else "string" for place, kinds in values.items()}


def written_as(options: Options) -> str:
    """
    How the file is written: csv, jsonl or parquet.

    Raises:
        WrongCall: neither its name nor the options say it.
    """
    form = options.format or form_of(options.file)
    if not form:
        raise WrongCall(
            f"{options.file}: its name does not say how it is written; it ends with {', '.join(SUFFIXES)}, those of "
            "text with or without .gz, or --format says it."
        )
    return form
