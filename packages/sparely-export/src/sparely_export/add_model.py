"""`python -m sparely_export.export FILE --area A --name N --data ROWS`: a model of your own, served and verified."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from sparely_export import name_conflicts, report
from sparely_export.answers import ask_estimator
from sparely_export.conversion import ConversionError
from sparely_toolkit.contract.regenerate import AGAIN, derive
from sparely_export.describing import Described, describe
from sparely_export.export import Candidate, Prepared, prepare
from sparely_export.features import Feature
from sparely_export.files import Unreadable
from sparely_export.frameworks.boosted import NotABooster
from sparely_export.frameworks.onnx_file import OnnxFile, UnfitOnnx
from sparely_export.frameworks.opening import Opened, UnknownFile, open_file
from sparely_export.frameworks.pickled import UntrustedTypes
from sparely_export.frameworks.load_errors import Unopened
from sparely_export.manifest import Card, DataSource
from sparely_export.measured import measured
from sparely_export.optional import MissingPackage
from sparely_export.parity import ParityError
from sparely_export.precheck import WillNotConvert, problems_of
from sparely_export.precision import answer_of_first
from sparely_export.rows import UnknownRows, UnreadRows, evenly, read_rows
from sparely_export.sizes import TooLarge, check_size
from sparely_export.steps import chooses_by_name, walk
from sparely_export.targets import check_fits, check_target
from sparely_export.tasks import Task, UnknownTask, task_of
from sparely_export.invalid import UnfitRows
from sparely_export.options import MODELS, UnknownFeature, Wish, parse
from sparely_export.writing import replace_folder

REFUSALS = (
    ConversionError,
    MissingPackage,
    NotABooster,
    ParityError,
    TooLarge,
    UnfitOnnx,
    UnfitRows,
    UnknownFeature,
    UnknownFile,
    UnknownRows,
    UnknownTask,
    Unopened,
    UnreadRows,
    Unreadable,
    UntrustedTypes,
    WillNotConvert,
    name_conflicts.Clash,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Add one model and print a report; a refusal is one sentence, exit code 1, and writes no model."""
    wish = parse(arguments)
    try:
        print(report.whole(*add(wish)))
    except REFUSALS as error:
        sys.exit(f"{error}")
    if wish.models == MODELS:
        derived = derive()
        print("\n".join(f"  {each}" for each in derived))
        if any(each.problem for each in derived):
            sys.exit(AGAIN.format(path=wish.path))


def add(wish: Wish) -> tuple[Prepared, Described, str | None]:
    """
    Open, describe, check, convert, compare, and write.

    Raises:
        Exception: one of `REFUSALS`; nothing was written.
    """
    name_conflicts.check_name(wish.area, wish.name, wish.models)
    frame = read_rows(wish.data)
    check_target(wish.data, frame, wish.targets)
    opened = open_file(wish.file, trusted=wish.trusted)
    problems = [] if isinstance(opened.estimator, OnnxFile) else problems_of(opened.estimator)
    if problems:
        raise WillNotConvert(wish.path, problems)
    described = describe(_labelled(opened.estimator, wish), frame, wish.targets, wish.nulls)
    wish.check_features([feature.name for feature in described.features])
    candidate = _candidate(wish, opened, described, frame)
    prepared = prepare(candidate)
    warning = check_size(wish.path, prepared.files, wish.models)
    replace_folder(wish.models / wish.area / wish.name, prepared.files)
    return prepared, described, warning


def _labelled(estimator: Any, wish: Wish) -> Any:
    if isinstance(estimator, OnnxFile):
        estimator.labels = wish.labels
    return estimator


def _candidate(wish: Wish, opened: Opened, described: Described, frame: pd.DataFrame) -> Candidate:
    estimator, rows = opened.estimator, described.rows
    features = name_conflicts.agreeing(_with_units(described.features, wish), wish.area, wish.name, wish.models)
    answers = ask_estimator(estimator, features, rows, _task(estimator, features, rows, wish.targets))
    assert answers.task is not None
    target = frame[list(wish.targets)] if wish.targets else None
    check_fits(answers.task, target)
    card = Card(
        area=wish.area,
        name=wish.name,
        description=wish.description or _sentence(answers.task, wish),
        estimator=_told(estimator),
        data=DataSource(wish.data.stem, wish.source, len(rows)),
        metrics=measured(answers.task, target, answers),
        framework=opened.framework,
        packages=opened.packages,
    )
    return Candidate(
        card=card,
        estimator=estimator,
        features=features,
        training_rows=rows,
        held_out_rows=evenly(rows),
        targets=wish.targets,
        by_column=chooses_by_name(estimator),
        tolerance=wish.tolerance,
    )


def _task(estimator: Any, features: Sequence[Feature], rows: Sequence[Any], targets: Sequence[str]) -> Task:
    if isinstance(estimator, OnnxFile):
        return estimator.task
    return task_of(estimator, answer_of_first(estimator, features, rows), targets)


def _with_units(features: Sequence[Feature], wish: Wish) -> list[Feature]:
    return [replace(feature, unit=wish.units.get(feature.name)) for feature in features]


def _sentence(task: Task, wish: Wish) -> str:
    told = " and ".join(wish.targets) or wish.name
    return f"{task.kind.capitalize()} of {told.replace('_', ' ')}."


def _told(estimator: Any) -> str:
    """The steps' names, outermost containers left out."""
    names = [type(step).__name__ for _, step in walk(estimator)]
    shown = [name for name in names if name not in ("Pipeline", "ColumnTransformer", "FeatureUnion")]
    return ", ".join(dict.fromkeys(shown))
