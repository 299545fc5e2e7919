"""Fifth step of an export: manifest.json, the single source of what a model takes and gives."""

import hashlib
import importlib.metadata
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparely.archive import versioned
from sparely.bundle import MODEL
from sparely_export.conversion import Converted
from sparely_export.features import Feature
from sparely_export.inputs import Input
from sparely_export.parity import Parity

PACKAGES = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "numpy")
"""The packages whose versions decide the bytes of a model; they are recorded with it."""


@dataclass(frozen=True, slots=True)
class DataSource:
    """The data set that a model was trained on; `rows` counts all, held-out ones too."""

    name: str
    source: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a person, not the estimator, says of a model; `source` is what the registry does that it came from."""

    area: str
    name: str
    description: str
    estimator: str
    data: DataSource
    metrics: Mapping[str, float]
    framework: str = "scikit-learn"
    packages: tuple[str, ...] = PACKAGES
    source: Mapping[str, Any] | None = None

    @property
    def path(self) -> str:
        """The model's name with its area, as the routes have it."""
        return f"{self.area}/{self.name}"


def versions(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Return the installed versions of the packages that decide a model's bytes."""
    return {package: _version_of(package) for package in packages}


def _version_of(package: str) -> str:
    """Other distributions may provide a package, such as xgboost-cpu the package xgboost."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        provided = importlib.metadata.packages_distributions().get(package)
        if not provided:
            raise
        return importlib.metadata.version(provided[0])


def manifest_json(
    card: Card, features: Sequence[Feature], inputs: Sequence[Input], converted: Converted, parity: Parity
) -> dict[str, Any]:
    """Return the content of manifest.json; its version is the hash of all the rest, model.onnx included."""
    body: dict[str, Any] = {
        "kind": converted.kind,
        "description": card.description,
        "features": [feature.as_json() for feature in features],
        "inputs": [entry.as_json() for entry in inputs],
        "outputs": converted.outputs,
        **converted.task.as_json(),
        "training": {
            "framework": card.framework,
            "versions": versions(card.packages),
            "data": {"name": card.data.name, "source": card.data.source, "rows": card.data.rows},
            "estimator": card.estimator,
            **({"source": dict(card.source)} if card.source else {}),
        },
        # One row has no r2, one class no area under a curve: JSON has no number for that, so nothing is said of it.
        "metrics": {name: value for name, value in card.metrics.items() if math.isfinite(value)},
        "parity": parity.as_json(),
        "onnx": _onnx_json(converted),
    }
    named = {"name": card.name, "area": card.area}
    return versioned({**named, **body})


def _onnx_json(converted: Converted) -> dict[str, Any]:
    content = converted.content
    return {
        "file": MODEL,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "opset": {entry.domain or "ai.onnx": entry.version for entry in converted.proto.opset_import},
        "ir_version": converted.proto.ir_version,
    }
