"""What is asked and what must be answered: one target a model and one an area, drawn from the golden rows."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
WEIGHTS = Path(__file__).with_name("traffic.toml")


@dataclass(frozen=True, slots=True)
class Question:
    """One request's body, and every model's expected prediction."""

    body: bytes
    expected: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Target:
    """One route with the questions that are put to it; `weight` is its share of the traffic."""

    name: str
    path: str
    weight: int
    questions: tuple[Question, ...]


class NoModels(Exception):
    """There is nothing to ask for."""

    def __init__(self, models: Path) -> None:
        super().__init__(f"{models}: no model with a golden.json.")


def targets(models: Path, weights: Path = WEIGHTS) -> tuple[Target, ...]:
    """
    Read the golden rows of all models and the weights of their routes.

    Raises:
        NoModels: the folder holds none.
    """
    golden = {
        (file.parent.parent.name, file.parent.name): json.loads(file.read_text("utf-8"))
        for file in sorted(models.glob("*/*/golden.json"))
    }
    if not golden:
        raise NoModels(models)
    share = tomllib.loads(weights.read_text("utf-8"))
    areas = sorted({area for area, _ in golden})
    found = [_of_model(area, name, rows, share) for (area, name), rows in golden.items()]
    return (*found, *(target for area in areas for target in _of_area(area, golden, share)))


def _of_model(area: str, name: str, golden: Mapping[str, Any], share: Mapping[str, Any]) -> Target:
    pairs = zip(golden["instances"], golden["predictions"], strict=True)
    questions = tuple(_question(instance, {name: prediction}) for instance, prediction in pairs)
    key = f"{area}/{name}"
    return Target(key, f"/predict/{key}", share["models"].get(key, share["models"]["each"]), questions)


def _of_area(area: str, golden: Mapping[tuple[str, str], Any], share: Mapping[str, Any]) -> Iterator[Target]:
    members = {name: rows for (of, name), rows in golden.items() if of == area}
    questions = []
    for rows in zip(
        *(zip(each["instances"], each["predictions"], strict=True) for each in members.values()), strict=False
    ):
        merged = _merged([instance for instance, _ in rows])
        if merged is not None:
            questions.append(_question(merged, dict(zip(members, (prediction for _, prediction in rows), strict=True))))
    if questions:
        weight = share["areas"].get(area, share["areas"]["each"])
        yield Target(area, f"/predict/{area}", weight, tuple(questions))


def _merged(instances: list[Row]) -> Row | None:
    """Join rows of several models about one case; None when they contradict each other or leave a gap."""
    merged: dict[str, Any] = {}
    for instance in instances:
        for feature, value in instance.items():
            if value is None or merged.get(feature, value) != value:
                return None
            merged[feature] = value
    return merged


def _question(instance: Row, expected: Mapping[str, Row]) -> Question:
    return Question(json.dumps({"instances": [instance]}).encode(), expected)
