"""Outputs of every kind of model as predictions."""

import json
from typing import Any

import pytest

from sparely.engine import Tensor
from sparely.handler.predictions import read_outputs
from sparely.kinds import KINDS
from sparely.manifest import Manifest, parse_manifest
from support.kinds import CASES, whole
from support.toys import toy_manifest


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
    assert CASES.keys() == KINDS.keys()


@pytest.mark.parametrize(
    ("kind", "role", "answer", "expected"),
    [("classifier", "label", whole((1,)), {"label": 1}), ("multilabel", "labels", whole((0, 1)), {"labels": ["b"]})],
)
def test_probabilities_may_be_absent(kind: str, role: str, answer: Tensor, expected: dict[str, Any]) -> None:
    """A classifier whose estimator has no probabilities answers without them."""
    described = manifest(kind, {role: answer}, {"labels": ["a", "b"]})

    assert read_outputs({role: answer}, described) == [expected]
