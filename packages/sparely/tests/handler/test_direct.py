"""A direct call gives the body of HTTP's answer, or of its fault."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sparely.handler.errors import DoesNotFit
from support.sample_service import SERVICE
from tests.handler.conftest import Reply
from tests.handler.test_telemetry import RISK, line_of

Call = Callable[..., Reply]


@pytest.mark.parametrize("model", [{}, {"model": "high-risk"}])
def test_predictions_are_a_plain_object(model: dict[str, str], call: Call, context: Any) -> None:
    """Of a model, or of all models of an area."""
    rows = [{**RISK, "glu": 87.0}] if model else [{}]
    path = "/".join(["/predict/clinic", *model.values()])

    answer = SERVICE({"area": "clinic", **model, "instances": rows}, context)

    assert answer == call("POST", path, {"instances": rows}).document


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"instances": [{**RISK, "colour": "red"}]}, 422),
        ({"instances": "all"}, 422),
        ({"instances": [], "dry": True}, 422),
        ({"model": "nothing"}, 404),
        ({"area": "nowhere"}, 404),
        ({"model": "a/b"}, 404),
        ({"instances": [RISK] * 1001}, 413),
    ],
)
def test_a_fault_is_the_problem_document(changes: dict[str, Any], status: int, call: Call, context: Any) -> None:
    """Word for word that of HTTP."""
    event = {"area": "clinic", "model": "high-risk", "instances": [RISK], **changes}
    body = {name: value for name, value in event.items() if name not in ("area", "model")}
    path = f"/predict/{event['area']}/{event['model']}".replace("a/b", "a%2Fb")

    answer = SERVICE(event, context)

    assert answer == call("POST", path, body).document
    assert answer["status"] == status


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"area": 5}, "area is 5; expected a string."),
        ({"model": None}, "model is null; expected a string."),
    ],
)
def test_names_are_strings(changes: dict[str, Any], sentence: str, context: Any) -> None:
    """What names no model is told where it stands."""
    answer = SERVICE({"area": "clinic", "model": "high-risk", "instances": [RISK], **changes}, context)

    assert answer["type"] == f"urn:problem-type:{DoesNotFit.kind}"
    assert answer["errors"] == [{"pointer": f"/{next(iter(changes))}", "detail": sentence}]


def test_an_area_is_needed(context: Any) -> None:
    """Names of models are found by their area."""
    answer = SERVICE({"model": "high-risk", "instances": [RISK]}, context)

    assert answer["errors"] == [{"pointer": "", "detail": "area is missing; expected a string."}]


def test_rows_are_needed(context: Any) -> None:
    """As in HTTP's body."""
    answer = SERVICE({"area": "clinic", "model": "high-risk"}, context)

    sentence = "instances is missing; expected a list of one object or more."
    assert answer["errors"] == [{"pointer": "", "detail": sentence}]


def test_what_json_has_not_is_refused(context: Any) -> None:
    """Python's parser, which has read the event, takes NaN; no comparison would find it among many rows."""
    rows = [{**RISK, "bmi": value} for value in [1.0] * 9 + [float("nan")]]

    answer = SERVICE({"area": "clinic", "model": "high-risk", "instances": rows}, context)

    assert answer["detail"] == "The request body is not JSON: NaN and Infinity are not JSON numbers."


@pytest.mark.parametrize(("number", "rows"), [("1e999", 1), ("-1e999", 12)])
def test_a_number_that_no_float_holds_is_told_where_it_stands(number: str, rows: int, call: Call, context: Any) -> None:
    """As HTTP's body tells it, by its pointer: it is JSON's, though Python reads it as infinite."""
    body = json.dumps({"instances": [RISK] * (rows - 1) + [{**RISK, "bmi": 0.125}]}).replace("0.125", number)
    event = {"area": "clinic", "model": "high-risk", **json.loads(body)}

    answer = SERVICE(event, context)

    assert answer == call("POST", "/predict/clinic/high-risk", body).document
    assert answer["errors"][0]["pointer"] == f"/instances/{rows - 1}/bmi"


@pytest.mark.parametrize(("rows", "status"), [([RISK] * 2, 200), ([], 422)])
def test_it_is_recorded_as_a_request_is(
    rows: list[Any], status: int, context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same metrics under the same route, and a caller's fault is none of the server's."""
    SERVICE({"area": "clinic", "model": "high-risk", "instances": rows}, context)

    line = line_of(capsys)
    assert (line["request"]["route"], line["request"]["status"]) == ("POST /predict/{area}/{model}", status)
    assert line.get("Predictions/high-risk") == ([2.0] if rows else None)


def test_the_answer_is_json(context: Any) -> None:
    """The runtime writes it as it is."""
    answer = SERVICE({"area": "clinic", "model": "high-risk", "instances": [RISK]}, context)

    assert json.loads(json.dumps(answer)) == answer
