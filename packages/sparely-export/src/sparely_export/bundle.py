"""The whole of an export: convert, compare, and only then write a model's three files, together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sparely import package_size
from sparely.archive import replace_folder, to_text
from sparely.bundle import GOLDEN, MANIFEST, MODEL
from sparely_export.answers import Answers, ask_estimator
from sparely_export.candidate import Candidate
from sparely_export.features import Feature, Instance, with_ranges
from sparely_export.manifest import manifest_json
from sparely_export.precision import Attempt, Kept, Progress, attempts, silent
from sparely_export.refusals import Refusal
from sparely_export.refused_values import with_accepted

GOLDEN_ROWS = 8


class TooLarge(Refusal):
    """With this model the package would be larger than Lambda takes."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A model that agrees with its estimator, not yet written: `files` by name, and what was tried on the way."""

    manifest: dict[str, Any]
    files: dict[str, bytes]
    tried: list[Attempt]


def prepare(candidate: Candidate, progress: Progress = silent) -> Prepared:
    """
    Convert and compare; write nothing.

    Args:
        progress: told of each long step as it begins.

    Raises:
        ParityError: ONNX and the estimator disagree.
        ConversionError: the estimator has no ONNX form.
    """
    features = with_ranges(candidate.features, candidate.training_rows)
    progress("ask what it refuses")
    accepted = with_accepted(candidate.estimator, features, candidate.training_rows)
    candidate = replace(candidate, features=accepted)
    tried = attempts(candidate, progress)
    kept = tried[-1].kept
    assert kept is not None
    manifest = manifest_json(candidate.card, candidate.features, kept.inputs, kept.converted, kept.parity)
    files = {
        MODEL: kept.converted.content,
        MANIFEST: to_text(manifest),
        GOLDEN: to_text(_golden(candidate, kept)),
    }
    return Prepared(manifest, files, tried)


def write_model(candidate: Candidate, models: Path, progress: Progress = silent) -> dict[str, Any]:
    """
    Write model.onnx, manifest.json and golden.json to `<models>/<area>/<name>/`.

    Returns:
        The manifest.

    Raises:
        ParityError: ONNX and the estimator disagree; nothing was written, an older model stands as it was.
        ConversionError: the estimator has no ONNX form; the same holds.
    """
    prepared = prepare(candidate, progress)
    replace_folder(models / candidate.card.path, prepared.files)
    return prepared.manifest


def _golden(candidate: Candidate, kept: Kept) -> dict[str, Any]:
    def expected(rows: Sequence[Instance]) -> Answers:
        return ask_estimator(candidate.estimator, candidate.features, rows, kept.converted.task)

    held_out = candidate.held_out_rows
    rows = golden_rows(candidate.features, held_out, expected(held_out))
    return golden_json(rows, expected(rows))


def golden_rows(features: Sequence[Feature], held_out: Sequence[Instance], expected: Answers) -> list[Instance]:
    """
    Choose rows: the fullest first, one with null for each feature that allows it, one of each label, the first ones.

    Where no held-out row has a feature null, the last row is the first one with such features null: the first row is
    what documents show.

    Args:
        held_out: rows that training did not see.
        expected: the estimator's answers to them.
    """
    first = fullest(held_out)
    chosen = [first, *(_first_null(feature.name, held_out) for feature in features if feature.nullable)]
    chosen += _first_of_each(expected.labels or [])
    distinct = list(dict.fromkeys([*chosen, *range(len(held_out))]))

    def best(number: int) -> list[Instance]:
        return [held_out[index] for index in (first, *sorted({*distinct[:number]} - {first}))]

    def absent(rows: Sequence[Instance]) -> list[str]:
        return [each.name for each in features if each.nullable and all(row.get(each.name) is not None for row in rows)]

    rows = best(GOLDEN_ROWS)
    if not absent(rows):
        return rows
    rows = best(GOLDEN_ROWS - 1)
    return [*rows, {**rows[0], **dict.fromkeys(absent(rows))}]


def fullest(rows: Sequence[Mapping[str, Any]]) -> int:
    """The place of the first row in which the fewest values are null."""
    return min(range(len(rows)), key=lambda place: sum(value is None for value in rows[place].values()))


def golden_json(rows: Sequence[Instance], expected: Answers) -> dict[str, Any]:
    """Return the content of golden.json."""
    return {"instances": [dict(row) for row in rows], "predictions": expected.predictions()}


def _first_null(name: str, rows: Sequence[Instance]) -> int:
    return next((index for index, row in enumerate(rows) if row.get(name) is None), 0)


def _first_of_each(labels: Sequence[Any]) -> list[int]:
    return [labels.index(label) for label in dict.fromkeys(labels)]


def check_size(
    model: str, files: Mapping[str, bytes], models: Path | None, package: str | None = package_size.ZIP
) -> str | None:
    """
    Return a warning about a large model, or None.

    Args:
        models: the folder of the models that it will lie beside, if it is known.
        package: zip or image, as the service is deployed; None where that is not known.

    Raises:
        TooLarge: Lambda would not take the package of all models, or ONNX not the model.
    """
    try:
        return package_size.check_size(model, files, models, package)
    except package_size.TooLarge as error:
        raise TooLarge(str(error)) from None
