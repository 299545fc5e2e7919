"""Outputs of every kind of model as predictions."""

import json
from typing import Any

import pytest

from sparely.engine import ElementType, Tensor
from sparely.manifest import OUTPUTS, Manifest, parse_manifest
from sparely.handler.predictions import read_outputs
from tests.handler.conftest import toy_manifest


def floats(*rows: tuple[float, ...]) -> Tensor:
    """A tensor of shape (n, m)."""
    return Tensor(ElementType.FLOAT, (len(rows), len(rows[0])), [value for row in rows for value in row])


def whole(*rows: tuple[int, ...]) -> Tensor:
    """A tensor of whole numbers, of shape (n, m)."""
    return Tensor(ElementType.INT64, (len(rows), len(rows[0])), [value for row in rows for value in row])


CASES: dict[str, tuple[dict[str, Tensor], dict[str, Any], list[dict[str, Any]]]] = {
    "classifier": (
        {"label": Tensor(ElementType.STRING, (1,), ["b"]), "probabilities": floats((0.25, 0.75))},
        {"labels": ["a", "b"]},
        [{"label": "b", "probabilities": {"a": 0.25, "b": 0.75}}],
    ),
    "multilabel": (
        {"labels": whole((1, 0), (1, 1)), "probabilities": floats((0.75, 0.25), (1, 0.5))},
        {"labels": ["long", "wide"]},
        [
            {"labels": ["long"], "probabilities": {"long": 0.75, "wide": 0.25}},
            {"labels": ["long", "wide"], "probabilities": {"long": 1, "wide": 0.5}},
        ],
    ),
    "regressor": ({"value": floats((1.5,), (2,))}, {}, [{"value": 1.5}, {"value": 2}]),
    "multi-regressor": (
        {"values": floats((1, 2), (3, 4))},
        {"targets": ["height", "weight"]},
        [{"values": {"height": 1, "weight": 2}}, {"values": {"height": 3, "weight": 4}}],
    ),
    "ranker": ({"score": floats((0.5,))}, {}, [{"score": 0.5}]),
    "outlier-detector": (
        {"label": whole((-1,), (1,)), "score": floats((-0.5,), (0.5,))},
        {},
        [{"outlier": True, "score": -0.5}, {"outlier": False, "score": 0.5}],
    ),
    "clusterer": ({"cluster": whole((2,), (0,))}, {}, [{"cluster": 2}, {"cluster": 0}]),
}


def manifest(kind: str, outputs: dict[str, Tensor], members: dict[str, Any]) -> Manifest:
    """A manifest of a kind whose outputs are named as their roles."""
    document = toy_manifest("toys", "toy", b"", kind=kind, outputs={role: role for role in outputs}, **members)
    return parse_manifest(json.dumps(document))


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_is_shown_in_its_form(kind: str) -> None:
    """A kind's outputs become the predictions that its page promises."""
    outputs, members, expected = CASES[kind]

    assert read_outputs(outputs, manifest(kind, outputs, members)) == expected


def test_every_kind_has_a_case() -> None:
    """The cases above are of all kinds that a manifest can have."""
    assert CASES.keys() == OUTPUTS.keys()


@pytest.mark.parametrize(
    ("kind", "role", "answer", "expected"),
    [("classifier", "label", whole((1,)), {"label": 1}), ("multilabel", "labels", whole((0, 1)), {"labels": ["b"]})],
)
def test_probabilities_may_be_absent(kind: str, role: str, answer: Tensor, expected: dict[str, Any]) -> None:
    """A classifier whose estimator has no probabilities answers without them."""
    described = manifest(kind, {role: answer}, {"labels": ["a", "b"]})

    assert read_outputs({role: answer}, described) == [expected]
