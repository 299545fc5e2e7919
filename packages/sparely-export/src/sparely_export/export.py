"""
The way from a fitted estimator to a served model: convert, compare, and only then write.

`python -m sparely_export.export FILE --area A --name N --data ROWS` takes it for a model of your own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_export.answers import ask_estimator
from sparely_export.features import Feature, Instance, with_ranges
from sparely_export.golden import golden_json, golden_rows
from sparely_export.manifest import Card, manifest_json
from sparely_export.parity import STRICT, Tolerance
from sparely_export.precision import Attempt, Kept, Subject, attempts
from sparely_export.writing import replace_folder, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A fitted estimator that asks to be served, and the rows that speak for it."""

    card: Card
    estimator: Any
    features: tuple[Feature, ...]
    training_rows: Sequence[Instance]
    held_out_rows: Sequence[Instance]
    targets: tuple[str, ...] = ()
    by_column: bool = False
    tolerance: Tolerance = STRICT


@dataclass(frozen=True, slots=True)
class Prepared:
    """A model that agrees with its estimator, not yet written."""

    manifest: dict[str, Any]
    files: dict[str, bytes]
    tried: list[Attempt]


def prepare(candidate: Candidate) -> Prepared:
    """
    Convert and compare; write nothing.

    Raises:
        ParityError: ONNX and the estimator disagree.
        ConversionError: the estimator has no ONNX form.
    """
    card = candidate.card
    features = with_ranges(candidate.features, candidate.training_rows)
    subject = Subject(
        path=card.path,
        estimator=candidate.estimator,
        features=features,
        training_rows=candidate.training_rows,
        held_out_rows=candidate.held_out_rows,
        targets=candidate.targets,
        by_column=candidate.by_column,
        tolerance=candidate.tolerance,
    )
    tried = attempts(subject)
    kept = tried[-1].kept
    assert kept is not None
    manifest = manifest_json(card, features, kept.inputs, kept.converted, kept.parity)
    files = {
        "model.onnx": kept.converted.content,
        "manifest.json": to_text(manifest),
        "golden.json": to_text(_golden(subject, kept)),
    }
    return Prepared(manifest, files, tried)


def export(candidate: Candidate, models: Path) -> dict[str, Any]:
    """
    Write model.onnx, manifest.json and golden.json to `<models>/<area>/<name>/`.

    Returns:
        The manifest.

    Raises:
        ParityError: ONNX and the estimator disagree; nothing was written, an older model stands as it was.
    """
    prepared = prepare(candidate)
    replace_folder(models / candidate.card.area / candidate.card.name, prepared.files)
    return prepared.manifest


def _golden(subject: Subject, kept: Kept) -> dict[str, Any]:
    def expected(rows: Sequence[Instance]) -> Any:
        return ask_estimator(subject.estimator, subject.features, rows, kept.converted.task)

    held_out = subject.held_out_rows
    rows = golden_rows(subject.features, held_out, expected(held_out))
    return golden_json(rows, expected(rows))


if __name__ == "__main__":
    from sparely_export.add_model import main

    main()
