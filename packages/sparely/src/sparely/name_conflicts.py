"""
What a new model must keep to beside those of a service: names are unique, an area's models agree on shared features.

The one judge of it, for exports and for bundles that are taken in; the service itself refuses what was put past it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparely.bundle import ModelLoadError, model_folders, read_manifest

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 64
"""Letters of a name: both are folders, parts of a path and dimensions of a metric."""


class NameConflict(Exception):
    """The model cannot stand under this name, or not in this area."""


class NoName(NameConflict):
    """What was asked for cannot be a part of a route."""


def check_name(area: str, name: str, models: Path | None) -> None:
    """
    Check that routes can hold both names and that no other area has a model of this one.

    Args:
        models: the folder of <area>/<name>/ that the model will lie in, if it is known.

    Raises:
        NoName: they cannot.
        NameConflict: one has.
    """
    for each in (area, name):
        if not NAME.fullmatch(each):
            raise NoName(
                f'"{each}" is no name for a route; expected small letters, digits and hyphens, such as iris-2.'
            )
        if len(each) > LONGEST:
            raise NoName(f'"{each[:9]}..." has {len(each)} letters; a name has {LONGEST} at most.')
    for other in _folders(models):
        if other.name == name and other.parent.name != area:
            raise NameConflict(f"{other.parent.name}/{name} has the same name; model names are unique in a service.")


def shared_features(area: str, name: str, models: Path | None) -> dict[str, Mapping[str, Any]]:
    """
    The features of the area's other models by their names, as their manifests have them.

    Raises:
        NameConflict: a manifest cannot be read.
    """
    known: dict[str, Mapping[str, Any]] = {}
    for folder in _folders(models):
        if folder.parent.name == area and folder.name != name:
            known |= {entry["name"]: entry for entry in _features(folder)}
    return known


def agreed(feature: Mapping[str, Any], other: Mapping[str, Any] | None, area: str) -> dict[str, Any]:
    """
    The type and unit of a feature beside another model's of its name: its unit is taken over, and a wider type.

    Args:
        feature: with "name" and "type", and "unit" where it has one.
        other: the same of the other model; None where no other has the feature.

    Raises:
        NameConflict: the two are different things.
    """
    kind, unit = feature["type"], feature.get("unit")
    if other is not None:
        unit = other.get("unit") if unit is None else unit
        kind = "number" if (kind, other["type"]) == ("integer", "number") else kind
        if (kind, unit) != (other["type"], other.get("unit")):
            raise NameConflict(
                f'"{feature["name"]}" is {_phrase(other["type"], other.get("unit"))} in another model of the area '
                f'"{area}" and {_phrase(kind, unit)} here; rename it, or choose another area.'
            )
    return {"type": kind, "unit": unit}


def _folders(models: Path | None) -> list[Path]:
    return [Path(folder) for folder in model_folders(models)] if models and models.is_dir() else []


def _features(folder: Path) -> list[Mapping[str, Any]]:
    try:
        features: list[Mapping[str, Any]] = read_manifest(folder).document["features"]
    except ModelLoadError as error:
        raise NameConflict(f"A model that the new one would stand beside cannot be read. {error}") from None
    return features


def _phrase(kind: str, unit: str | None) -> str:
    named = f"an {kind}" if kind == "integer" else f"a {kind}"
    return f"{named} of {unit}" if unit else named
