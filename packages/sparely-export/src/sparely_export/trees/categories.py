"""The categories that boosted models were fitted on, and the numbers that stand for them in their splits."""

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Categories:
    """The values of one column, and the number that stands for each."""

    values: tuple[Any, ...]
    codes: tuple[float, ...]


def categories_of(model: Any) -> dict[int, Categories]:
    """By the column's place, the categories that the model itself keeps; CatBoost keeps none."""
    framework = getattr(model, "framework", type(model).__module__.partition(".")[0])
    if framework == "lightgbm":
        return _lightgbm(model.booster if hasattr(model, "framework") else model.booster_)
    if framework == "xgboost":
        return _xgboost(model.booster if hasattr(model, "framework") else model.get_booster())
    return {}


def _numbered(values: Any) -> Categories:
    return Categories(tuple(values), tuple(float(place) for place in range(len(values))))


def _lightgbm(booster: Any) -> dict[int, Categories]:
    """Columns of pandas' category, in the order of the columns that are of it."""
    listed = booster.pandas_categorical or []
    text = next((line for line in booster.model_to_string().splitlines() if line.startswith("feature_infos=")), "")
    infos = text.partition("=")[2].split(" ")
    # a column of numbers has [low:high], one of categories their codes with colons; `none` is a constant one
    places = [place for place, info in enumerate(infos) if info and not info.startswith("[") and info != "none"]
    if len(places) < len(listed):
        places += [place for place, info in enumerate(infos) if info == "none"][: len(listed) - len(places)]
        places.sort()
    return {place: _numbered(values) for place, values in zip(places, listed, strict=False)}


def _xgboost(booster: Any) -> dict[int, Categories]:
    """Since version 3.1 a model keeps the words; before, callers have to send the numbers."""
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]
    model = learner.get("gbtree", learner).get("model", {})
    kept = (model.get("cats") or {}).get("enc") or []
    found = {}
    for place, entry in enumerate(kept):
        if entry.get("offsets"):
            found[place] = _numbered(_words(entry["offsets"], entry["values"]))
        elif entry.get("values"):
            found[place] = _numbered(entry["values"])
    return found


def _words(offsets: list[int], values: list[int]) -> list[str]:
    text = bytes(value % 256 for value in values)
    return [text[start:end].decode("utf-8") for start, end in pairwise(offsets)]
