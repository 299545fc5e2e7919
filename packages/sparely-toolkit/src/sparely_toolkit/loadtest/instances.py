"""What is asked and what must be answered: one target a model and one an area, drawn from the golden rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sparely.bundle import Bundle, ModelLoadError, NoGoldenRows, read_bundles, read_golden_service
from sparely.golden import UNCHANGED, Answers, CallersAnswer
from sparely.manifest import Tolerance
from sparely_toolkit.problems import Problem
from sparely_toolkit.toml_file import UnreadableToml, read_toml

Row = Mapping[str, Any]
OK = 200


class NothingToAsk(Problem):
    """There is no model with golden rows, or one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request's body, what callers get for it, and how near each model has to come to that."""

    body: bytes
    expected: CallersAnswer
    tolerances: Mapping[str, Tolerance]


@dataclass(frozen=True, slots=True)
class Target:
    """One route with the questions that are put to it; `weight` is its share of the traffic."""

    name: str
    path: str
    weight: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the traffic: of the models and areas that traffic.toml names, and of each other one."""

    models: Mapping[str, int]
    areas: Mapping[str, int]

    def of_model(self, path: str) -> int:
        return self.models.get(path, self.models["each"])

    def of_area(self, area: str) -> int:
        return self.areas.get(area, self.areas["each"])


def targets(models: Path, traffic: Path) -> tuple[Target, ...]:
    """
    Read the golden rows of all models and the weights of their routes.

    Args:
        traffic: traffic.toml.

    Raises:
        NothingToAsk: there is no model, or one that cannot be read.
        UnreadableToml: the weights cannot be read.
    """
    bundles, weights = _bundles(models), read_weights(traffic)
    own = read_golden_service(models)
    areas = [(area, [*members]) for area, members in groupby(bundles, key=lambda each: each.area)]
    of_models = [target for bundle in bundles for target in _of_model(bundle, weights)]
    of_areas = [_of_area(area, members, weights, own.get(area, UNCHANGED)) for area, members in areas]
    return (*of_models, *(target for each in of_areas for target in each))


def passed_over(models: Path, traffic: Path) -> list[str]:
    """What traffic.toml names and the service does not have: it gets no traffic, and stops nothing."""
    bundles, weights = _bundles(models), read_weights(traffic)
    known = {"each", *(bundle.path for bundle in bundles), *(bundle.area for bundle in bundles)}
    return [name for name in (*weights.models, *weights.areas) if name not in known]


def read_weights(traffic: Path) -> Weights:
    """
    Read traffic.toml.

    Raises:
        UnreadableToml: it is missing, no TOML, or holds what is no share.
    """
    document = read_toml(traffic)
    return Weights(*({"each": 1, **_shares(traffic, document, table)} for table in ("models", "areas")))


def _shares(file: Path, document: Mapping[str, Any], table: str) -> dict[str, int]:
    shares = document.get(table, {})
    wrong = [name for name, share in shares.items() if type(share) is not int or share < 0]
    if wrong:
        raise UnreadableToml(file, f'[{table}] "{wrong[0]}" is {shares[wrong[0]]!r}, not a whole number from 0 on')
    return dict(shares)


def _bundles(models: Path) -> Sequence[Bundle]:
    try:
        return read_bundles(models)
    except (ModelLoadError, NoGoldenRows) as fault:
        raise NothingToAsk(str(fault)) from None


def _of_model(bundle: Bundle, weights: Weights) -> Iterator[Target]:
    questions = [
        question
        for row, instance in enumerate(bundle.instances)
        for question in _questions(instance, [bundle], bundle.answer(row))
    ]
    if questions:
        yield Target(bundle.path, f"/predict/{bundle.path}", weights.of_model(bundle.path), tuple(questions))


def area_cases(members: Sequence[Bundle]) -> Iterator[tuple[int, Row]]:
    """Rows that all models of an area take, each about one case, of their golden rows at the same position."""
    for position in range(min(len(bundle.instances) for bundle in members)):
        case = _merged([bundle.instances[position] for bundle in members])
        if case is not None:
            yield position, case


def _of_area(area: str, members: Sequence[Bundle], weights: Weights, own: Answers) -> Iterator[Target]:
    questions: list[Question] = []
    for position, case in area_cases(members):
        predictions = {bundle.name: [bundle.predictions[position]] for bundle in members}
        expected = own.get(position) or CallersAnswer(OK, {"predictions": predictions})
        questions += _questions(case, members, expected)
    if questions:
        yield Target(area, f"/predict/{area}", weights.of_area(area), tuple(questions))


def _merged(instances: list[Row]) -> Row | None:
    """Join rows of several models about one case; None when they contradict each other or leave a gap."""
    merged: dict[str, Any] = {}
    for instance in instances:
        for feature, value in instance.items():
            if value is None or merged.get(feature, value) != value:
                return None
            merged[feature] = value
    return merged


def _questions(instance: Row, members: Sequence[Bundle], expected: CallersAnswer) -> Iterator[Question]:
    """The question of a case; none where the service refuses it, which a test of load does not ask for."""
    if expected.status == OK:
        tolerances = {bundle.name: bundle.manifest.tolerance for bundle in members}
        yield Question(json.dumps({"instances": [instance]}).encode(), expected, tolerances)
