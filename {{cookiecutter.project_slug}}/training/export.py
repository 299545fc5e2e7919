"""The way from a fitted estimator to a served model: convert, compare, and only then write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.answers import ask_estimator, ask_onnx
from training.conversion import convert
from training.features import Feature, Instance, with_ranges
from training.golden import golden_json, golden_rows
from training.inputs import inputs_of
from training.manifest import Card, manifest_json
from training.parity import compare
from training.probes import probes
from training.thresholds import threshold_rows
from training.writing import replace_folder, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A fitted estimator that asks to be served, and the rows that speak for it."""

    card: Card
    estimator: Any
    features: tuple[Feature, ...]
    training_rows: Sequence[Instance]
    held_out_rows: Sequence[Instance]


def export(candidate: Candidate, models: Path) -> dict[str, Any]:
    """
    Write model.onnx, manifest.json and golden.json to `<models>/<area>/<name>/`.

    Returns:
        The manifest.

    Raises:
        ParityError: ONNX and the estimator disagree; nothing was written, an older model stands as it was.
    """
    card, estimator, held_out = candidate.card, candidate.estimator, candidate.held_out_rows
    features = with_ranges(candidate.features, candidate.training_rows)
    inputs = inputs_of(features)
    converted = convert(estimator, inputs, card.name)

    at_thresholds = threshold_rows(converted.proto, inputs, [*held_out, *candidate.training_rows])
    probed = probes(features, held_out, at_thresholds)
    rows = [probe.instance for probe in probed]
    parity = compare(
        card.path, probed, ask_estimator(estimator, features, rows), ask_onnx(converted, inputs, rows)
    )

    golden = golden_rows(features, held_out, ask_estimator(estimator, features, held_out))
    manifest = manifest_json(card, features, inputs, converted, parity)
    files = {
        "model.onnx": converted.content,
        "manifest.json": to_text(manifest),
        "golden.json": to_text(golden_json(golden, ask_estimator(estimator, features, golden))),
    }
    replace_folder(models / card.area / card.name, files)
    return manifest
