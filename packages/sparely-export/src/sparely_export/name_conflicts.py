"""The models that a new one will stand beside: names are unique, and an area's models agree on shared features."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sparely.bundle import ModelLoadError, model_folders, read_manifest
from sparely_export.features import Feature
from sparely_export.refusals import Refusal

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NameConflict(Refusal):
    """The model cannot stand under this name, or not in this area."""


def check_name(area: str, name: str, models: Path) -> None:
    """
    Check that routes can hold both names and that no other area has a model of this one.

    Raises:
        NameConflict: they cannot, or one has.
    """
    for each in (area, name):
        if not NAME.fullmatch(each):
            raise NameConflict(
                f'"{each}" is no name for a route; expected small letters, digits and hyphens, such as iris-2.'
            )
    for other in _folders(models):
        if other.name == name and other.parent.name != area:
            raise NameConflict(f"{other.parent.name}/{name} has the same name; model names are unique in a service.")


def agreeing(features: Sequence[Feature], area: str, name: str, models: Path) -> tuple[Feature, ...]:
    """
    Take over the units, and wider types, that the area's other models give to the same features.

    Raises:
        NameConflict: a feature is of another type there, or one of them cannot be read.
    """
    known: dict[str, dict[str, Any]] = {}
    for folder in _folders(models):
        if folder.parent.name == area and folder.name != name:
            known |= {entry["name"]: entry for entry in _features(folder)}
    return tuple(_agreeing(feature, known.get(feature.name), area) for feature in features)


def _folders(models: Path) -> list[Path]:
    return [Path(folder) for folder in model_folders(models)] if models.is_dir() else []


def _features(folder: Path) -> list[dict[str, Any]]:
    try:
        features: list[dict[str, Any]] = read_manifest(folder).document["features"]
    except ModelLoadError as error:
        raise NameConflict(f"A model that the new one would stand beside cannot be read. {error}") from None
    return features


def _agreeing(feature: Feature, other: dict[str, Any] | None, area: str) -> Feature:
    if other is None:
        return feature
    if feature.unit is None:
        feature = replace(feature, unit=other.get("unit"))
    if feature.type == "integer" and other["type"] == "number":
        feature = replace(feature, type="number")
    if (feature.type, feature.unit) != (other["type"], other.get("unit")):
        raise NameConflict(
            f'"{feature.name}" is {_phrase(other["type"], other.get("unit"))} in another model of the area "{area}" '
            f"and {_phrase(feature.type, feature.unit)} here; rename it, or choose another area."
        )
    return feature


def _phrase(kind: str, unit: str | None) -> str:
    named = f"an {kind}" if kind == "integer" else f"a {kind}"
    return f"{named} of {unit}" if unit else named
