"""One row's answer by kind of model; docs/add-a-model.md has them in a table."""

from collections.abc import Callable, Iterator, Mapping
from itertools import compress
from typing import Any, TypeAlias

from sparely.engine import Tensor
from sparely.manifest import Manifest

# Not `type` statements: an arm64 package is tried out under Python 3.11, the newest there is to emulate.
Outputs: TypeAlias = Mapping[str, Tensor]
Predictions: TypeAlias = list[dict[str, Any]]

OUTLIER = -1


def _read_classes(outputs: Outputs, manifest: Manifest) -> Predictions:
    labels = outputs[manifest.outputs["label"]].values
    if "probabilities" not in manifest.outputs:
        return [{"label": label} for label in labels]
    return [
        {"label": label, "probabilities": dict(zip(manifest.labels, row, strict=True))}
        for label, row in zip(labels, _by_row(outputs, manifest, "probabilities"), strict=True)
    ]


def _read_labels(outputs: Outputs, manifest: Manifest) -> Predictions:
    names = manifest.labels
    given = [{"labels": list(compress(names, row))} for row in _by_row(outputs, manifest, "labels")]
    if "probabilities" not in manifest.outputs:
        return given
    return [
        {**each, "probabilities": dict(zip(names, row, strict=True))}
        for each, row in zip(given, _by_row(outputs, manifest, "probabilities"), strict=True)
    ]


def _read_values(outputs: Outputs, manifest: Manifest) -> Predictions:
    return [{"value": value} for value in outputs[manifest.outputs["value"]].values]


def _read_several_values(outputs: Outputs, manifest: Manifest) -> Predictions:
    return [{"values": dict(zip(manifest.labels, row, strict=True))} for row in _by_row(outputs, manifest, "values")]


def _read_scores(outputs: Outputs, manifest: Manifest) -> Predictions:
    return [{"score": score} for score in outputs[manifest.outputs["score"]].values]


def _read_outliers(outputs: Outputs, manifest: Manifest) -> Predictions:
    labels, scores = outputs[manifest.outputs["label"]].values, outputs[manifest.outputs["score"]].values
    return [{"outlier": label == OUTLIER, "score": score} for label, score in zip(labels, scores, strict=True)]


def _read_clusters(outputs: Outputs, manifest: Manifest) -> Predictions:
    return [{"cluster": cluster} for cluster in outputs[manifest.outputs["cluster"]].values]


def _by_row(outputs: Outputs, manifest: Manifest, role: str) -> Iterator[tuple[Any, ...]]:
    """The values of a tensor of shape (n, c), n times c of them."""
    values = iter(outputs[manifest.outputs[role]].values)
    return zip(*[values] * len(manifest.labels), strict=True)


READERS: dict[str, Callable[[Outputs, Manifest], Predictions]] = {
    "classifier": _read_classes,
    "multilabel": _read_labels,
    "regressor": _read_values,
    "multi-regressor": _read_several_values,
    "ranker": _read_scores,
    "outlier-detector": _read_outliers,
    "clusterer": _read_clusters,
}
