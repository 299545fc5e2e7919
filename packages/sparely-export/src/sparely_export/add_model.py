"""A file of a fitted model and some of its rows: opened, described, checked, converted, compared, and written."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from sparely_export import metrics, name_conflicts
from sparely_export.answers import ask_estimator
from sparely_export.bundle import Prepared, check_size, prepare, replace_folder
from sparely_export.candidate import Candidate
from sparely_export.describing import Described, describe
from sparely_export.features import Feature
from sparely_export.frameworks.onnx_file import OnnxFile
from sparely_export.frameworks.opening import Opened, open_file, runs_code
from sparely_export.manifest import Card, DataSource
from sparely_export.options import Options
from sparely_export.precheck import WillNotConvert, problems_of
from sparely_export.precision import Progress, answer_of_first, silent
from sparely_export.rows import evenly, read_rows
from sparely_export.steps import chooses_by_name, walk
from sparely_export.targets import check_fits, check_target
from sparely_export.tasks import Task, task_of


class Added(NamedTuple):
    """A model that was written, what was read off it and its rows, and what there is to warn of."""

    prepared: Prepared
    described: Described
    warning: str | None


def add(options: Options, progress: Progress = silent) -> Added:
    """
    Write the model that the options name to its folder.

    Raises:
        Refusal: nothing was written; an older model of this name stands as it was.
    """
    name_conflicts.check_name(options.area, options.name, options.models)
    progress(f"read {options.data.name}")
    frame = read_rows(options.data)
    check_target(options.data, frame, options.targets)
    progress(f"open {options.file.name}{', which runs the code in it' if runs_code(options.file) else ''}")
    opened = open_file(options.file, trusted=options.trusted)
    problems = [] if isinstance(opened.estimator, OnnxFile) else problems_of(opened.estimator)
    if problems:
        raise WillNotConvert(options.path, problems)
    progress(f"ask it all {len(frame)} rows")
    described = describe(_labelled(opened.estimator, options), frame, options.targets, options.nulls)
    options.check_features([feature.name for feature in described.features])
    prepared = prepare(_candidate(options, opened, described, frame), progress)
    warning = check_size(options.path, prepared.files, options.models)
    replace_folder(options.models / options.path, prepared.files)
    return Added(prepared, described, warning)


def _labelled(estimator: Any, options: Options) -> Any:
    if isinstance(estimator, OnnxFile):
        estimator.labels = options.labels
    return estimator


def _candidate(options: Options, opened: Opened, described: Described, frame: pd.DataFrame) -> Candidate:
    estimator, rows = opened.estimator, described.rows
    features = name_conflicts.agreeing(
        _with_units(described.features, options), options.area, options.name, options.models
    )
    answers = ask_estimator(estimator, features, rows, _task(estimator, features, rows, options.targets))
    assert answers.task is not None
    target = frame[list(options.targets)] if options.targets else None
    check_fits(answers.task, target)
    card = Card(
        area=options.area,
        name=options.name,
        description=options.description or _sentence(answers.task, options),
        estimator=_names_of_steps(estimator),
        data=DataSource(options.data.stem, options.source, len(rows)),
        metrics=metrics.of_given_rows(answers.task, target, answers),
        framework=opened.framework,
        packages=opened.packages,
    )
    return Candidate(
        card=card,
        estimator=estimator,
        features=features,
        training_rows=rows,
        held_out_rows=evenly(rows),
        targets=options.targets,
        by_column=chooses_by_name(estimator),
        tolerance=options.tolerance,
    )


def _task(estimator: Any, features: Sequence[Feature], rows: Sequence[Any], targets: Sequence[str]) -> Task:
    if isinstance(estimator, OnnxFile):
        return estimator.task
    return task_of(estimator, answer_of_first(estimator, features, rows), targets)


def _with_units(features: Sequence[Feature], options: Options) -> list[Feature]:
    return [replace(feature, unit=options.units.get(feature.name)) for feature in features]


def _sentence(task: Task, options: Options) -> str:
    subject = " and ".join(options.targets) or options.name
    return f"{task.kind.capitalize()} of {subject.replace('_', ' ')}."


def _names_of_steps(estimator: Any) -> str:
    """The steps' names, outermost containers left out."""
    names = [type(step).__name__ for _, step in walk(estimator)]
    shown = [name for name in names if name not in ("Pipeline", "ColumnTransformer", "FeatureUnion")]
    return ", ".join(dict.fromkeys(shown))
