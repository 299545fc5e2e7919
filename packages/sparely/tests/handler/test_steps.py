"""An owner's own code around a model: what it gets, what callers get, and what its faults cost."""

import json

import pytest

from tests.handler.own_steps import DOUBLE, NUMBER, PREPARED, RAW, Call, Put, ask
from tests.handler.own_steps import put as put

CAP = """
def present(prediction, row):
    return {**prediction, "value": min(prediction["value"], 5.0), "decision": prediction["value"] > 5}
"""


def test_a_callers_row_is_prepared(put: Put, call: Call) -> None:
    """The model adds what `prepare` made of it; what else the prepared row holds is the owner's business."""
    put(DOUBLE)

    reply = ask(call, {"size": 3, "count": 4}, {"size": 1})

    assert reply.document["predictions"] == {"stepped": [{"value": 10.0}, {"value": 2.0}]}


def test_a_prediction_is_presented(put: Put, call: Call) -> None:
    """`present` alone is fine, and may change and add members."""
    put(CAP)

    reply = ask(call, {"a": 3, "b": 4}, {"a": 1, "b": 0})

    assert reply.document["predictions"]["stepped"] == [
        {"value": 5.0, "decision": True},
        {"value": 1.0, "decision": False},
    ]


def test_both_steps_of_many_rows_keep_their_order(put: Put, call: Call) -> None:
    """Beyond the number of rows from which the service goes by columns."""
    put(DOUBLE + CAP)

    reply = ask(call, *({"size": place / 10, "count": 0} for place in range(40)))

    values = [each["value"] for each in reply.document["predictions"]["stepped"]]
    assert values == pytest.approx([min(place / 5, 5.0) for place in range(40)])


def test_steps_get_plain_rows_with_every_feature(put: Put, call: Call) -> None:
    """None where the caller gave null or nothing, a whole number as one, and each step a row of its own."""
    put("""
def prepare(row):
    seen = repr(row)
    row.clear()
    return {"a": len(seen), "b": 0}

def present(prediction, row):
    return {"row": repr(row), "length": prediction["value"]}
""")

    presented = ask(call, {"size": 1}, {"count": 5.0, "size": 1.5}).document["predictions"]["stepped"]

    assert [each["row"] for each in presented] == ["{'size': 1, 'count': None}", "{'size': 1.5, 'count': 5}"]
    assert [each["length"] for each in presented] == [len(each["row"]) for each in presented]


def test_models_of_an_area_each_get_their_own_features(put: Put, call: Call) -> None:
    """The rows of an area call hold what all of its models take; steps see their model's."""
    put(DOUBLE.replace("**row, ", ""), "plain")

    reply = ask(call, {"size": 3, "a": 1, "count": 4, "b": 2}, area=True)

    assert reply.document["predictions"] == {"plain": [{"value": 3.0}], "stepped": [{"value": 10.0}]}


def test_callers_are_told_of_the_raw_features(put: Put, call: Call) -> None:
    """What does not fit is refused before any step."""
    put(DOUBLE)

    reply = ask(call, {"size": "high", "count": 4})

    assert reply.status == 422
    assert reply.document["detail"] == 'instances[0].size is "high"; expected a number of m.'


def test_prepare_refuses_a_row_with_a_pointer(put: Put, call: Call) -> None:
    """Every row that it refuses is named."""
    put(DOUBLE)

    reply = ask(call, {"size": 1}, {"size": 2000}, {"size": 3000})

    sentence = "instances[{}].size: nothing is that large."
    assert reply.status == 422
    assert reply.document["detail"] == f"2 faults, the first: {sentence.format(1)}"
    assert reply.document["errors"] == [
        {"pointer": f"/instances/{place}/size", "detail": sentence.format(place)} for place in (1, 2)
    ]


def test_what_the_estimator_refuses_of_a_prepared_row_is_the_callers_to_mend(put: Put, call: Call) -> None:
    """At the feature where its value is handed on; else at the row, with the prepared feature and its value."""
    positive = [{**each, "accepts": {"minimum": 0}} for each in PREPARED]
    raw = [PREPARED[0], RAW[1]]
    put("def prepare(row):\n    return {'a': row['a'], 'b': 3 - (row['count'] or 0)}", features=raw, prepared=positive)

    reply = ask(call, {"a": 1, "count": 3}, {"a": -1, "count": 5})

    assert reply.status == 422
    assert reply.document["errors"] == [
        {"pointer": "/instances/1/a", "detail": "instances[1].a is -1; expected a number of m from 0 on."},
        {
            "pointer": "/instances/1",
            "detail": "instances[1] has b -2 once it is prepared; expected a number of m from 0 on.",
        },
    ]


@pytest.mark.parametrize("feature", ["", ', feature="shoe"', ', feature="size/0"', ', feature=["size"]'])
def test_a_refusal_of_no_feature_points_to_the_row(put: Put, call: Call, feature: str) -> None:
    """Also one of a feature that the model does not take."""
    put(f'from sparely import Refused\ndef prepare(row):\n    raise Refused("It is no row."{feature})')

    assert ask(call, {"size": 1}).document["errors"] == [
        {"pointer": "/instances/0", "detail": "instances[0]: It is no row."}
    ]


def test_the_protocol_asks_the_bare_model(put: Put, call: Call) -> None:
    """Its inputs are the prepared features, its outputs what the model says of them."""
    put(DOUBLE + CAP)
    tensor = {"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [3, 4]}

    metadata = call("GET", "/v2/models/stepped")
    infer = call("POST", "/v2/models/stepped/infer", {"inputs": [tensor]})

    assert metadata.document["inputs"][0]["parameters"] == {"features": ["a", "b"]}
    assert metadata.document["parameters"] == {
        "description": "The model without the steps of POST /predict: "
        "its inputs are prepared rows, its outputs are not presented yet."
    }
    assert infer.document["outputs"][0]["data"] == [7.0]


def test_metadata_of_a_model_without_steps_says_nothing_of_them(put: Put, call: Call) -> None:
    """Also beside one that has some."""
    put(DOUBLE, "plain")

    assert "parameters" not in call("GET", "/v2/models/plain").document


def test_the_catalogue_has_both_kinds_of_features(put: Put, call: Call) -> None:
    """Callers send the raw ones; the prepared ones are the protocol's."""
    put(DOUBLE)

    (model,) = call("GET", "/models").document["areas"][0]["models"]

    assert [feature["name"] for feature in model["features"]] == ["size", "count"]
    assert [feature["name"] for feature in model["prepared"]] == ["a", "b"]
    assert json.dumps(model["steps"]["prepare"]) == "true"


def test_a_raw_feature_that_the_model_takes_as_it_is_has_the_models_bounds(put: Put, call: Call) -> None:
    """A number that its tensor cannot hold is the caller's to mend, and no failure of `prepare`."""
    raw = [{"name": "a", **NUMBER}, {"name": "text", "type": "string", "required": True, "null": "refused"}]
    put("def prepare(row):\n    return {'a': row['a'], 'b': len(row['text'])}", features=raw)

    assert ask(call, {"a": 1e39, "text": "x"}).status == 422
