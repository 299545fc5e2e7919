"""The middle of an export: float32 is tried first, float64 where that is not enough; what agrees is kept."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from sparely_export.answers import Answers, as_fitted, ask_estimator, ask_onnx
from sparely_export.conversion import ConversionError, Converted, convert
from sparely_export.features import Feature, Instance
from sparely_export.frameworks.onnx_file import OnnxFile
from sparely_export.inputs import Input, inputs_of, to_tensors
from sparely_export.parity import STRICT, Parity, ParityError, Tolerance, compare
from sparely_export.probes import HELD_OUT, NULL, THRESHOLD, Probe, probes
from sparely_export.sessions import open_session
from sparely_export.tasks import Task, task_of
from sparely_export.thresholds import threshold_rows

DATATYPES = ("FP32", "FP64")
SPEED_RUNS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An estimator, what it takes, and rows to compare by."""

    path: str
    estimator: Any
    features: tuple[Feature, ...]
    training_rows: Sequence[Instance]
    held_out_rows: Sequence[Instance]
    targets: tuple[str, ...] = ()
    by_column: bool = False
    tolerance: Tolerance = STRICT

    @property
    def name(self) -> str:
        """The model's name without its area."""
        return self.path.rpartition("/")[2]

    def task(self) -> Task:
        """What the estimator answers, seen on the first row."""
        answer = answer_of_first(self.estimator, self.features, self.held_out_rows)
        return task_of(self.estimator, answer, self.targets)


def answer_of_first(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> np.ndarray:
    """Return what the estimator predicts for the first row, of shape (1,) or (1, m)."""
    return np.asarray(estimator.predict(as_fitted(estimator, features, rows[:1])))


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversion that agrees with its estimator."""

    converted: Converted
    inputs: tuple[Input, ...]
    parity: Parity


@dataclass(frozen=True, slots=True)
class Attempt:
    """One datatype that was tried: what came of it, and the time of one row in us where there is a model."""

    datatype: str
    kept: Kept | None
    failure: Exception | None
    row_us: float | None


def attempts(subject: Subject) -> list[Attempt]:
    """
    Try float32, then float64, until one agrees.

    Raises:
        ParityError: neither does; of the two the one that is nearer is told.
        ConversionError: neither has an ONNX form.
    """
    if isinstance(subject.estimator, OnnxFile):
        return [_as_it_is(subject, subject.estimator)]
    task, tried = subject.task(), []
    for datatype in DATATYPES:
        attempt = _attempt(subject, task, datatype)
        tried.append(attempt)
        if attempt.kept:
            return tried
        if not any(feature.numeric for feature in subject.features):
            break
    raise _nearest([entry.failure for entry in tried if entry.failure])


def _as_it_is(subject: Subject, model: OnnxFile) -> Attempt:
    """A ready model has its datatype already; what was added around it is compared with the file as it was."""
    converted, inputs = model.adapted(subject.features, subject.name)
    row_us = row_time_us(converted, inputs, subject.held_out_rows[0])
    return Attempt(inputs[0].datatype, Kept(converted, inputs, _compare(subject, converted, inputs)), None, row_us)


def _attempt(subject: Subject, task: Task, datatype: str) -> Attempt:
    inputs = inputs_of(subject.features, datatype, by_column=subject.by_column)
    row_us = None
    try:
        converted = convert(subject.estimator, inputs, subject.name, task)
        row_us = row_time_us(converted, inputs, subject.held_out_rows[0])
        parity = _compare(subject, converted, inputs)
    except (ParityError, ConversionError) as error:
        return Attempt(datatype, None, error, row_us)
    except Exception as error:
        if not type(error).__module__.startswith("onnxruntime"):
            raise
        text = " ".join(str(error).split())[:300]
        return Attempt(datatype, None, ConversionError(f"onnxruntime does not run it: {text}"), row_us)
    return Attempt(datatype, Kept(converted, inputs, parity), None, row_us)


def _compare(subject: Subject, converted: Converted, inputs: tuple[Input, ...]) -> Parity:
    held_out = subject.held_out_rows
    at_thresholds = threshold_rows(converted.proto, inputs, [*held_out, *subject.training_rows])
    probed, expected = _answered(subject, probes(subject.features, held_out, at_thresholds), converted.task)
    rows = [probe.instance for probe in probed]
    return compare(subject.path, probed, expected, ask_onnx(converted, inputs, rows), subject.tolerance)


def _answered(subject: Subject, probed: list[Probe], task: Task) -> tuple[list[Probe], Answers]:
    """Ask the estimator; it may refuse what lies beyond its training, such as negative counts."""
    estimator, features = subject.estimator, subject.features
    try:
        return probed, ask_estimator(estimator, features, [probe.instance for probe in probed], task)
    except ValueError:
        within = [probe for probe in probed if probe.origin in (HELD_OUT, NULL, THRESHOLD)]
        return within, ask_estimator(estimator, features, [probe.instance for probe in within], task)


def row_time_us(converted: Converted, inputs: Sequence[Input], row: Instance) -> float | None:
    """Return the median time in us of one row, on one thread; None if the model does not run."""
    try:
        session, names = open_session(converted.content), list(converted.outputs.values())
        tensors = to_tensors([row], inputs)
        session.run(names, tensors)
    except Exception:
        return None
    times = []
    for _ in range(SPEED_RUNS):
        started = time.perf_counter()
        session.run(names, tensors)
        times.append(time.perf_counter() - started)
    return median(times) * 1e6


def _nearest(failures: Sequence[Exception]) -> Exception:
    """Of several failures the parity error of fewest labels and least difference, else the first."""
    compared = [error for error in failures if isinstance(error, ParityError)]
    if not compared:
        return failures[0]
    return min(compared, key=lambda error: (error.labels_differing, error.largest))
