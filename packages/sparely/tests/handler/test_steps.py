"""An owner's own code around a model: what it gets, what callers get, and what its faults cost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely.bundle import sha256
from sparely.handler.registry import load_models
from support.sample_service import SERVICE
from tests.handler.conftest import Reply

Call = Callable[..., Reply]
Put = Callable[..., None]

NUMBER = {"type": "number", "unit": "m", "required": True, "null": "refused"}
PREPARED = [{"name": "a", **NUMBER}, {"name": "b", **NUMBER}]
RAW: list[dict[str, Any]] = [
    {"name": "size", **NUMBER, "minimum": 0, "maximum": 10},
    {"name": "count", "type": "integer", "required": False, "null": {"token": "none"}},
]
"""The caller's row of the model with steps; the other model of the area takes a and b."""

DOUBLE = """
from sparely import Refused

def prepare(row):
    if row["size"] > 1000:
        raise Refused("nothing is that large", feature="size")
    return {**row, "a": 2 * row["size"], "b": row["count"] or 0}
"""
CAP = """
def present(prediction, row):
    return {**prediction, "value": min(prediction["value"], 5.0), "decision": prediction["value"] > 5}
"""


@pytest.fixture
def put(put_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Have the service serve toys/stepped with a steps.py, and other toys without one."""

    def write(
        code: str,
        *others: str,
        then: str = "",
        features: list[dict[str, Any]] = RAW,
        prepared: list[dict[str, Any]] = PREPARED,
    ) -> None:
        has = {name: f"def {name}(" in code for name in ("prepare", "present")}
        described = {"features": features, "prepared": prepared} if has["prepare"] else {}
        steps = {"sha256": sha256(code.encode()).hexdigest(), **has}
        folder = put_model(name="stepped", then=then, steps=steps, **described)
        (folder / "steps.py").write_text(code, "utf-8")
        for name in others:
            put_model(name=name)
        monkeypatch.setattr(SERVICE, "registry", load_models(str(tmp_path / "models")))

    return write


def ask(call: Call, *rows: dict[str, Any], area: bool = False) -> Reply:
    return call("POST", "/predict/toys" if area else "/predict/toys/stepped", {"instances": list(rows)})


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


BROKEN = {
    "prepare raises": ("def prepare(row):\n    return {'a': 1 / row['size'], 'b': 0}", "ZeroDivisionError", 2),
    "prepare calls": ("def half(x):\n    return 1 / x\ndef prepare(row):\n    half(row['size'])", "ZeroDivision", 2),
    "prepare gives nothing": ("def prepare(row):\n    pass", "prepare returned null; expected a dictionary.", 1),
    "prepare gives too little": (
        "def prepare(row):\n    return {'a': 1}",
        "prepare returned a row whose b is missing; expected a number of m.",
        1,
    ),
    "prepare gives another type": (
        "def prepare(row):\n    return {'a': 1, 'b': 'x'}",
        'prepare returned a row whose b is "x"; expected a number of m.',
        1,
    ),
    "prepare gives nan": (
        "def prepare(row):\n    return {'a': 1, 'b': float('nan')}",
        "prepare returned a row whose b is NaN; expected a number of m.",
        1,
    ),
    "prepare gives an object": (
        "def prepare(row):\n    return {'a': 1, 'b': object()}",
        "prepare returned a row whose b is of type object; expected a number of m.",
        1,
    ),
    "present raises": ("DOUBLE\ndef present(prediction, row):\n    return row['shoe']", "KeyError: 'shoe'", 10),
    "present gives a list": (
        "DOUBLE\ndef present(prediction, row):\n    return [1]",
        "present returned a list; expected a dictionary.",
        9,
    ),
    "present gives no JSON": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': {1}}",
        "Object of type set is not JSON serializable",
        9,
    ),
    "present gives nan": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': float('nan')}",
        "Out of range float values are not JSON compliant",
        9,
    ),
    "present gives half a character": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': {'say': 'größer \\ud83d'}}",
        "surrogates not allowed",
        9,
    ),
    "present gives half a character in a list": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': ['\\ud83d']}",
        "surrogates not allowed",
        9,
    ),
    "present gives half a character for a name": (
        "DOUBLE\ndef present(prediction, row):\n    return {'\\ud83d': 1}",
        "surrogates not allowed",
        9,
    ),
    "present gives thousands of digits": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': 10**5000}",
        "Exceeds the limit (4300 digits) for integer string conversion",
        9,
    ),
    "prepare exits": ("import sys\ndef prepare(row):\n    sys.exit(3)", "SystemExit: 3", 3),
    "present exits": ("DOUBLE\ndef present(prediction, row):\n    raise SystemExit", "SystemExit", 10),
    "present refuses": (
        "DOUBLE\ndef present(prediction, row):\n    raise Refused('no')",
        "sparely.steps.Refused: no",
        10,
    ),
}


@pytest.mark.parametrize(("code", "cause", "line"), BROKEN.values(), ids=BROKEN)
def test_a_failing_step_is_its_models_fault_alone(
    put: Put, call: Call, caplog: pytest.LogCaptureFixture, code: str, cause: str, line: int
) -> None:
    """A 500 with the other models' answers; the log names step, file and line."""
    put(code.replace("DOUBLE", DOUBLE), "plain")

    reply = ask(call, {"size": 0, "count": 1, "a": 1, "b": 2}, area=True)

    assert reply.status == 500
    assert reply.document["type"] == "urn:problem-type:model-failed"
    assert reply.document["predictions"]["plain"] == [{"value": 3.0}]
    assert reply.document["detail"] == 'Model "stepped" failed. The log has the cause under this answer\'s request id.'
    (record,) = [record for record in caplog.records if record.message == "A step failed"]
    facts = vars(record)
    assert facts["file"].endswith("models/toys/stepped/steps.py")
    assert (facts["line"], facts["row"], facts["step"]) == (line, 0, "present" if "present" in code else "prepare")
    assert facts["request_id"] == reply.headers["x-request-id"] != ""
    assert cause in caplog.text


def test_null_goes_on_where_the_model_takes_it(put: Put, call: Call) -> None:
    """NaN of a prepared row too, as training tables have it; here the sum is then no number."""
    code = "def prepare(row):\n    return {'a': float('nan') if row['count'] else None, 'b': 0}"
    put(code, prepared=[{**PREPARED[0], "null": "nan"}, PREPARED[1]])

    replies = [ask(call, {"size": 1, "count": count}) for count in (0, 1)]

    sentence = 'Row 0 has no answer from model "stepped": its output "variable" is NaN for these values together.'
    assert [reply.document["detail"] for reply in replies] == [sentence, sentence]


def test_no_answer_beyond_training_is_the_callers_to_mend(put: Put, call: Call) -> None:
    """What is named is what the caller gave, not what was made of it."""
    put("def prepare(row):\n    return {'a': -row['size'], 'b': 0}", then="Log")

    beyond, within = ask(call, {"size": 11}), ask(call, {"size": 9})

    assert beyond.status == 422
    assert beyond.document["detail"] == ('Row 0 has no answer from model "stepped": size is 11; training saw 0 to 10.')
    assert within.status == 422
    assert within.document["detail"].endswith('its output "variable" is NaN for these values together.')


def test_values_outside_are_counted_in_the_callers_rows(
    put: Put, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    """As of any model."""
    put(DOUBLE)

    ask(call, {"size": 11}, {"size": 9})

    assert '"Outside/stepped":[1.0]' in capsys.readouterr().out


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
