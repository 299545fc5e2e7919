"""The middle of an export: float32 is tried first, float64 where that is not enough; what agrees is kept."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, TypeAlias

import numpy as np

from sparely_export import half_precision, last_digits, neighbour_ties
from sparely_export.answers import Answers, as_fitted, ask_estimator, ask_onnx
from sparely_export.candidate import Candidate
from sparely_export.conversion import ConversionError, Converted, convert
from sparely_export.edges import edge_rows
from sparely_export.failures import shortened
from sparely_export.far import NOTE as FAR_NOTE
from sparely_export.far import far_rows
from sparely_export.features import Feature, Instance
from sparely_export.frameworks.onnx_file import OnnxFile
from sparely_export.graph import open_session
from sparely_export.inputs import Input, inputs_of, to_tensors
from sparely_export.last_digits import Compared
from sparely_export.parity import FAR, HELD_OUT, Parity, ParityError, Probe, compare, probes
from sparely_export.refused_values import asking
from sparely_export.scale import check_zeros, note, tolerances
from sparely_export.tasks import Task, task_of
from sparely_export.thresholds import threshold_rows
from sparely_export.trees import hair
from sparely_export.trees.size import TooLargeForOnnx

NAMES = {"FP32": "float32", "FP64": "float64"}
"""What is tried, in this order, as people call it."""

SPEED_RUNS = 200
MOST_NODES = 8_000
"""
Opening takes longer with the square of their number: 1.3 s for 2,105, 5.3 s for 4,205 and 12.6 s for 6,305
(`python -m benchmarks.operations`, 2026-11-29, two cores of an AMD EPYC). What lies below is measured when it is added.
"""


Progress: TypeAlias = Callable[[str], None]
"""Is told of each step that may take long, in a few words, as it begins."""


def silent(step: str) -> None:
    """Tell nobody."""


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
    """
    One datatype that was tried: what came of it, and the time of one row in us where there is a model.

    `near` agrees but for small numbers; it is kept where no datatype does better.
    """

    datatype: str
    kept: Kept | None
    failure: Exception | None
    row_us: float | None
    near: Kept | None = None


def attempts(candidate: Candidate, progress: Progress = silent) -> list[Attempt]:
    """
    Try float32, then float64, until one agrees.

    Raises:
        ParityError: neither does; the message is of the one that is nearer.
        ConversionError: neither has an ONNX form.
    """
    if isinstance(candidate.estimator, OnnxFile):
        progress("compare with the file as it was")
        return [_as_it_is(candidate, candidate.estimator)]
    answer = answer_of_first(candidate.estimator, candidate.features, candidate.held_out_rows)
    task, tried = task_of(candidate.estimator, answer, candidate.targets), []
    for datatype in NAMES:
        progress(f"convert in {NAMES[datatype]} and compare")
        attempt = _attempt(candidate, task, datatype)
        tried.append(attempt)
        if attempt.kept:
            return tried
    near = [entry for entry in tried if entry.near]
    if near:
        best = min(near, key=lambda entry: entry.near.parity.largest_difference if entry.near else 0.0)
        return [*(entry for entry in tried if entry is not best), replace(best, kept=best.near, failure=None)]
    failure = _nearest([entry.failure for entry in tried if entry.failure])
    raise failure.of(candidate.card.path) if isinstance(failure, ConversionError) else failure


def _as_it_is(candidate: Candidate, model: OnnxFile) -> Attempt:
    """A ready model has its datatype already; what was added around it is compared with the file as it was."""
    converted, inputs = model.adapted(candidate.features, candidate.card.name)
    row_us = row_time_us(converted, inputs, candidate.held_out_rows[0])
    kept, failure, compared = _compared(candidate, converted, inputs)
    if kept is None and failure:
        raise _explained(failure, compared)
    return Attempt(inputs[0].datatype, kept, None, row_us)


def _attempt(candidate: Candidate, task: Task, datatype: str) -> Attempt:
    inputs = inputs_of(candidate.features, datatype, by_column=candidate.by_column)
    row_us = None
    try:
        converted = convert(candidate.estimator, inputs, candidate.card.name, task, double=datatype == "FP64")
        _check_nodes(converted)
        row_us = row_time_us(converted, inputs, candidate.held_out_rows[0])
        found, failure, compared = _compared(candidate, converted, inputs)
        if found is None and failure:
            found = _moved_by_a_hair(candidate, converted, inputs)
            failure = None if found else _explained(failure, compared)
    except TooLargeForOnnx:  # in float64 it would be larger still
        raise
    except ConversionError as error:
        return Attempt(datatype, None, error, row_us)
    except Exception as error:
        reason = shortened(error)
        if type(error).__module__.startswith("onnxruntime"):
            reason = f"onnxruntime does not run it ({reason})"
        return Attempt(datatype, None, ConversionError(reason, is_foreign=True), row_us)
    return Attempt(datatype, None, failure, row_us, near=found) if failure else Attempt(datatype, found, None, row_us)


def _moved_by_a_hair(candidate: Candidate, converted: Converted, inputs: tuple[Input, ...]) -> Kept | None:
    """What agrees once thresholds of its float64 trees are moved; None where that is not what it lacks."""
    for share in hair.HAIRS if hair.has_any(converted.proto) else ():
        kept, failure, _ = _compared(candidate, replace(converted, proto=hair.moved(converted.proto, share)), inputs)
        if kept and not failure:
            said = hair.NOTE.format(parts=round(0.5 / share))
            return replace(kept, parity=replace(kept.parity, note=" ".join(filter(None, [said, kept.parity.note]))))
    return None


def _check_nodes(converted: Converted) -> None:
    """
    Count the operations of a model, before anything opens it.

    Raises:
        ConversionError: there are so many that it could not start.
    """
    count = len(converted.proto.graph.node)
    if count > MOST_NODES:
        raise ConversionError(
            f"it becomes {count} operations, and with more than {MOST_NODES} the engine that ships opens no model "
            "within the 10 s that Lambda gives a start; give columns that are treated alike to one step together, "
            "or have fewer steps and members"
        )


def _compared(
    candidate: Candidate, converted: Converted, inputs: tuple[Input, ...]
) -> tuple[Kept | None, ParityError | None, Compared]:
    """What passes by the model's own scale; else why not, what passes if its small numbers may differ, and all rows."""
    held_out = candidate.held_out_rows
    known = [*held_out, *candidate.training_rows]
    kind = np.float32 if any(entry.datatype == "FP32" for entry in inputs) else np.float64
    at_thresholds = [
        *threshold_rows(converted.proto, inputs, known),
        *edge_rows(candidate.estimator, candidate.features, known, kind),
    ]
    tried = probes(candidate.features, held_out, at_thresholds, far_rows(candidate.features, known))
    probed, expected = _answered(candidate, tried, converted.task)
    got = ask_onnx(converted, inputs, [probe.instance for probe in probed])
    usual = np.array([probe.origin == HELD_OUT for probe in probed])
    strict, *looser = tolerances(candidate.tolerance, expected, usual)
    compared = Compared(candidate.estimator, candidate.features, probed, expected, got, strict)
    beside = last_digits.settled(compared)
    if beside:
        compared = compared.without(beside)
        probed, expected, got = [*compared.probed], compared.expected, compared.got
    said = last_digits.note(len(beside)) if beside else None
    try:
        parity = compare(candidate.card.path, probed, expected, got, strict)
        if looser:
            check_zeros(candidate.card.path, probed, expected, got, strict)
        return Kept(converted, inputs, replace(parity, note=said)), None, compared
    except ParityError as error:
        for tolerance in (strict, *looser) if looser else ():
            with contextlib.suppress(ParityError):
                parity = compare(candidate.card.path, probed, expected, got, tolerance)
                told = " ".join(filter(None, [note(expected, got), said]))
                return Kept(converted, inputs, replace(parity, note=told)), error, compared
        nearer = compared.without([place for place, probe in enumerate(probed) if probe.origin == FAR])
        for tolerance in (strict, *looser):
            with contextlib.suppress(ParityError):
                parity = compare(candidate.card.path, nearer.probed, nearer.expected, nearer.got, tolerance)
                small = note(nearer.expected, nearer.got) if tolerance is not strict else None
                said = " ".join(filter(None, [FAR_NOTE, small, said]))
                return Kept(converted, inputs, replace(parity, note=said)), error, compared
        return None, error, compared


def _explained(error: ParityError, compared: Compared) -> ParityError:
    """The same with the reason, where one is found."""
    rows = [compared.probed[place].instance for place in compared.differing]
    reason = half_precision.halved(compared.estimator, compared.features, rows)
    reason = reason or neighbour_ties.tied(compared.estimator, compared.features, rows)
    reason = reason or last_digits.on_border(compared)
    reason = reason or last_digits.drawn(compared) or last_digits.unstable(compared)
    return error.because(reason) if reason else error


def _answered(candidate: Candidate, probed: list[Probe], task: Task) -> tuple[list[Probe], Answers]:
    """Ask the estimator, but for what it refuses beyond its training or has no number for, such as log(-1)."""
    estimator, features = candidate.estimator, candidate.features
    rows = [probe.instance for probe in probed]
    taken = asking(estimator, features)(rows)
    probed = [probe for probe, each in zip(probed, taken, strict=True) if each]
    answers = ask_estimator(estimator, features, [probe.instance for probe in probed], task)
    finite = np.flatnonzero(np.isfinite(answers.values).all(axis=1)).tolist()
    return [probed[place] for place in finite], answers.at(finite)


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
    """
    Of several failures the parity error of fewest labels and least difference, else the first in words of ours.

    Where float32 disagrees and float64 does not convert or run, that is what there is to mend, so it is told.
    """
    compared = [error for error in failures if isinstance(error, ParityError)]
    if not compared:
        return min(failures, key=lambda error: isinstance(error, ConversionError) and error.is_foreign)
    if not isinstance(failures[-1], ParityError):
        first, last = compared[0], failures[-1]
        return ConversionError(
            f"float32 is not enough ({len(first.differences)} of {first.compared} answers differ, the largest by "
            f"{first.largest:.2g}), and float64 fails: {last}",
            is_foreign=isinstance(last, ConversionError) and last.is_foreign,
        )
    return min(compared, key=lambda error: (not error.reason, error.labels_differing, error.largest))
