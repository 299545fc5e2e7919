"""A file of a fitted model and some of its rows: opened, described, checked, converted, compared, and written."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sparely.archive import replace_folder, to_text, versioned, write_archive
from sparely.bundle import GOLDEN, MANIFEST, MODEL, STEPS
from sparely_export import metrics, name_conflicts
from sparely_export.answers import ask_estimator
from sparely_export.bundle import Prepared, check_size, prepare
from sparely_export.candidate import Candidate
from sparely_export.describing import Described, column_type, describe
from sparely_export.effort import Effort
from sparely_export.features import Feature
from sparely_export.frameworks.onnx_file import OnnxFile
from sparely_export.frameworks.opening import Opened, open_file, runs_code
from sparely_export.invalid import InvalidRows
from sparely_export.known_words import words_known
from sparely_export.manifest import Card, DataSource
from sparely_export.options import Options
from sparely_export.own_steps import (
    NotFitted,
    OwnSteps,
    estimators_frame,
    golden_json,
    golden_places,
    open_steps,
    with_raw,
)
from sparely_export.precheck import WillNotConvert, problems_of
from sparely_export.precision import Progress, answer_of_first, silent
from sparely_export.raw_features import raw_features
from sparely_export.refusals import WRONG_CALL, Refusal
from sparely_export.rows import evenly, read_rows, to_rows
from sparely_export.serving_cost import Cost, check_cost
from sparely_export.signature import typed, words_of
from sparely_export.stepped_service import check_service
from sparely_export.steps import chooses_by_name, names_of_steps
from sparely_export.targets import check_fits, check_labels, check_named, check_no_feature, check_target, unlike
from sparely_export.tasks import Task, task_of
from sparely_export.trees.size import check_trees


class NotAsked(Refusal):
    """A fitted estimator tells its kind itself."""

    exit_code = WRONG_CALL

    def __init__(self, kind: str) -> None:
        super().__init__(f"--kind {kind} is for .onnx and .pt2 files; leave it out, for the estimator tells its kind.")


class Added(NamedTuple):
    """
    A model that was written, what was read off it and its rows, and what there is to warn of.

    `cost` is what it costs to serve, `effort` what the export took, in words.
    """

    prepared: Prepared
    described: Described
    warning: str | None
    cost: Cost | None = None
    effort: str | None = None


def add(options: Options, progress: Progress = silent) -> Added:
    """
    Write the model that the options name to its folder, or as a bundle.

    Raises:
        Refusal: nothing was written; an older model of this name stands as it was.
    """
    assert options.file
    assert options.data
    name_conflicts.check_name(options.area, options.name, options.models)
    progress = Effort(progress)
    progress(f"read {options.data.name}")
    frame = read_rows(options.data, () if options.steps else words_of(options.columns))
    check_named(options.data, frame, options.targets)
    progress(f"open {options.file.name}{', which runs the code in it' if runs_code(options.file) else ''}")
    opened = open_file(options.file, trusted=options.trusted, tell=_warn)
    frame = with_words(options, opened, frame)
    check_target(options.data, frame, options.targets)
    return write(options, make(options, opened, frame, progress=progress))


def make(
    options: Options,
    opened: Opened,
    frame: pd.DataFrame,
    fitted_rows: pd.DataFrame | None = None,
    progress: Progress = silent,
) -> Added:
    """
    Describe, check, convert and compare a model; write nothing.

    Args:
        frame: sample rows with the targets; with own steps they are raw.
        fitted_rows: the same rows as the model was fitted on them, where `options.prepared` names no file of them.

    Raises:
        Refusal: it does not pass.
    """
    effort = progress if isinstance(progress, Effort) else Effort(progress)
    progress = effort
    problems = [] if isinstance(opened.estimator, OnnxFile) else problems_of(opened.estimator)
    if problems:
        raise WillNotConvert(options.path, problems)
    check_trees(options.path, opened.estimator)
    progress(f"ask it all {len(frame)} rows")
    own = open_steps(options.steps, options.modules, options.most_row_ms) if options.steps else None
    raw, oracle = frame.drop(columns=list(options.targets)), None
    if own:
        progress(f"prepare all {len(frame)} rows")
        oracle = _oracle(options.prepared, opened, options.targets) if options.prepared else fitted_rows
        rows = estimators_frame(own, raw, oracle)
        rows = rows.drop(columns=[name for name in options.targets if name in rows])
        frame = rows.assign(**{name: frame[name] for name in options.targets})
    with _rows_of(own, options.prepared, given=oracle is not None):
        described = describe(
            _labelled(opened.estimator, options),
            typed(frame, options.columns),
            options.targets,
            options.nulls,
            columns=[column.name for column in options.columns],
            optional={column.name for column in options.columns if not column.required},
        )
    prepared_names = [feature.name for feature in described.features]
    if not own:
        check_no_feature(prepared_names, options.targets)
    options.check_features([*prepared_names, *(raw.columns if own else ())])
    prepared = prepare(_candidate(options, opened, described, frame), progress)
    if own:
        progress("ask the service the raw rows")
        prepared = _with_steps(prepared, own, options, opened, described, raw)
    progress("open it with the engine that ships")
    cost = check_cost(
        options.path,
        prepared.files,
        described.rows,
        open_ms=options.most_open_ms,
        row_ms=options.most_row_ms,
        steps_ms=own.row_ms() if own else {},
    )
    warning = check_size(options.path, prepared.files, options.models, options.package)
    return Added(prepared, described, warning, cost, effort.summary())


@contextmanager
def _rows_of(own: OwnSteps | None, file: Path | None, *, given: bool) -> Iterator[None]:
    """Say of rows that do not fit, where `prepare` makes them, that it does, or which file they are from."""
    try:
        yield
    except InvalidRows as fault:
        if own is None or own.steps.prepare is None:
            raise
        rows = "prepared" if given else own.file
        raise NotFitted(file or rows, fault.problem, given=given) from fault


def _warn(sentence: str) -> None:
    """Before what it warns of, also for a program that reads the report when all is done."""
    print(f"WARNING: {sentence}", file=sys.stderr, flush=True)


def with_words(options: Options, opened: Opened, frame: pd.DataFrame) -> pd.DataFrame:
    """
    The rows of `options.data` with words where the estimator, or its signature, knows words.

    Args:
        frame: the same rows as they look; of raw rows the columns count that the estimator knows by the same name.
    """
    assert options.data
    columns = [str(name) for name in frame.columns]
    known = words_known(opened.estimator, columns, options.targets)
    if options.steps:
        fitted = {*map(str, getattr(opened.estimator, "feature_names_in_", ())), *options.targets}
        known = [name for name in known if name in fitted]
    words = known if options.steps else [*words_of(options.columns), *known]
    return read_rows(options.data, words) if words else frame


def _oracle(path: Path, opened: Opened, targets: Sequence[str]) -> pd.DataFrame:
    """The rows as the model was fitted on them, from a file, with words where the estimator knows words."""
    frame = read_rows(path)
    words = words_known(opened.estimator, [str(name) for name in frame.columns], targets)
    return read_rows(path, words) if words else frame


def write(options: Options, added: Added) -> Added:
    """Write a model's files to its folder, or as a bundle, whole or not at all."""
    if options.bundle:
        write_archive(options.bundle, added.prepared.files)
    if options.models:
        replace_folder(options.models / options.path, added.prepared.files)
    return added


def _with_steps(
    prepared: Prepared, own: OwnSteps, options: Options, opened: Opened, described: Described, raw: pd.DataFrame
) -> Prepared:
    """
    The model with its steps, which the service has been asked with.

    Raises:
        Disagrees: callers would get something else than the estimator says.
        WrongSteps: a step fails.
    """
    estimator, task = opened.estimator, _task(opened.estimator, described.features, described.rows, options.targets)

    def bare(rows: Sequence[Any]) -> list[dict[str, Any]]:
        return ask_estimator(estimator, described.features, rows, task).predictions()

    names = [feature.name for feature in described.features]
    sent = to_rows(raw if own.steps.prepare else raw[names])
    asked, estimators = evenly(sent), evenly(described.rows)
    features: Sequence[Feature] = ()
    if own.steps.prepare:
        units = _with_units(raw_features(raw, column_type), options)
        features = name_conflicts.agreeing(units, options.area, options.name, options.models)
    manifest = versioned(with_raw(prepared.manifest, own, features, sent))
    made = [{name: row.get(name) for name in names} for row in own.prepare(asked)]
    files = {MODEL: prepared.files[MODEL], MANIFEST: to_text(manifest), STEPS: own.content}
    check_service(files, own, asked, own.present(bare(estimators), asked), manifest, options.modules)
    golden = golden_places(bare(made), asked)
    rows, prepared_rows = [asked[place] for place in golden], [made[place] for place in golden]
    files[GOLDEN] = to_text(golden_json(own, rows, prepared_rows, bare(prepared_rows)))
    return Prepared(manifest, files, prepared.tried)


def _labelled(estimator: Any, options: Options) -> Any:
    if isinstance(estimator, OnnxFile):
        estimator.labels, estimator.kind = options.labels or estimator.labels, options.kind
    elif options.kind:
        raise NotAsked(options.kind)
    return estimator


def _candidate(options: Options, opened: Opened, described: Described, frame: pd.DataFrame) -> Candidate:
    estimator, rows = opened.estimator, described.rows
    features = name_conflicts.agreeing(
        _with_units(described.features, options), options.area, options.name, options.models
    )
    answers = ask_estimator(estimator, features, rows, _task(estimator, features, rows, options.targets))
    assert answers.task is not None
    target = frame[list(options.targets)] if options.targets else None
    if isinstance(estimator, OnnxFile):
        check_labels(answers.task, target)
    check_fits(answers.task, target)
    if said := unlike(answers.task, target):
        _warn(said)
    card = Card(
        area=options.area,
        name=options.name,
        description=options.description or _sentence(answers.task, options),
        estimator=names_of_steps(estimator),
        data=DataSource(options.data_name, options.source, len(rows)),
        metrics=metrics.of_given_rows(answers.task, target, answers),
        framework=opened.framework,
        packages=opened.packages,
        source=options.fetched.source.as_json() if options.fetched else None,
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
