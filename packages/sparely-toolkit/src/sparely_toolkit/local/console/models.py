"""The models that are served, for the form in which one prediction is tried: from their manifests and golden rows."""

from typing import Any

from sparely.bundle import Bundle, ModelLoadError, NoGoldenRows, read_bundles
from sparely.manifest import Feature
from sparely_toolkit.local.service import LocalService


def models_document(service: LocalService) -> list[dict[str, Any]]:
    """Give each model's path, what it is for, its features, and a row to begin with; none where none can be read."""
    try:
        bundles = read_bundles(service.deployment.function.artifact / "models")
    except (ModelLoadError, NoGoldenRows, OSError):
        return []
    return [
        {
            "path": bundle.path,
            "version": bundle.version,
            "description": bundle.manifest.document.get("description", ""),
            "features": [_field(feature) for feature in bundle.manifest.features],
            "example": _example(bundle),
        }
        for bundle in bundles
    ]


def _field(feature: Feature) -> dict[str, Any]:
    return {
        "name": feature.name,
        "type": feature.type,
        "unit": feature.unit,
        "required": feature.required,
        "null": feature.takes_null,
        "minimum": feature.minimum,
        "maximum": feature.maximum,
        "categories": sorted(feature.categories),
    }


def _example(bundle: Bundle) -> dict[str, Any]:
    """The golden row with the most values: one that is mostly null shows nothing."""
    rows = [dict(row) for row in bundle.instances]
    return max(rows, key=lambda row: sum(value is not None for value in row.values()), default={})
