"""Models that have no answer: what of it callers see, and what the others' answers come to."""

import json
from collections.abc import Callable
from math import log
from pathlib import Path

import pytest

from sparely.handler.registry import load_models
from support.sample_service import SERVICE
from support.services import MODELS
from tests.handler.conftest import Reply

Call = Callable[..., Reply]


@pytest.fixture
def toys(put_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service of one area with three models of the features a and b, two of which can fail."""
    for name, then in (("sum", ""), ("log", "Log"), ("pair", "Fails")):
        put_model(name=name, then=then)
    monkeypatch.setattr(SERVICE, "registry", load_models(str(tmp_path / "models")))


@pytest.mark.usefixtures("toys")
def test_one_models_fault_does_not_lose_the_others_answers(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """The status is 500, counted once, the failed model's place has its fault, the others' their predictions."""
    reply = call("POST", "/predict/toys", {"instances": [{"a": 1, "b": 1}]})
    printed = capsys.readouterr().out

    sentence = 'Model "pair" failed. The log has the cause under this answer\'s request id.'
    fault = {"type": "urn:problem-type:model-failed", "title": "A model failed", "detail": sentence}
    assert reply.status == 500
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.document == {
        **fault,
        "status": 500,
        "error": sentence,
        "errors": [{"pointer": "/predictions/pair", "detail": sentence}],
        "predictions": {"log": [{"value": pytest.approx(log(2), rel=1e-6)}], "pair": fault, "sum": [{"value": 2.0}]},
        "versions": {"log": "0123456789ab", "pair": "0123456789ab", "sum": "0123456789ab"},
    }
    assert printed.count('"ServerFaults":[1.0]') == 1


@pytest.mark.usefixtures("toys")
def test_rows_that_have_no_answer_are_the_callers_to_mend(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """Each of them is named: their estimator has no number for them either."""
    rows = [{"a": 1, "b": b} for b in (1, -3, 2, -1)]

    reply = call("POST", "/predict/toys/log", {"instances": rows})

    assert reply.status == 422
    assert reply.document["errors"] == [
        {
            "pointer": f"/instances/{row}",
            "detail": f'Row {row} has no answer from model "log": its output "variable" is {what} for these values '
            "together.",
        }
        for row, what in ((1, "NaN"), (3, "infinite"))
    ]
    assert "ServerFaults" not in capsys.readouterr().out


def test_rows_that_several_models_have_no_answer_for_are_named_by_each(
    call: Call, put_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the rows: whoever mends what one model says has mended what all say."""
    for name, then in (("inverse", "Reciprocal"), ("log", "Log"), ("root", "Sqrt")):
        put_model(name=name, then=then)
    monkeypatch.setattr(SERVICE, "registry", load_models(str(tmp_path / "models")))
    rows = [{"a": 1, "b": b} for b in (1, -3, -1, *[2] * 9, -1)]

    reply = call("POST", "/predict/toys", {"instances": rows})

    told = [(each["pointer"], each["detail"].split('"')[1]) for each in reply.document["errors"]]
    assert reply.status == 422
    assert told == [
        *(("/instances/1", name) for name in ("log", "root")),
        *((f"/instances/{row}", name) for row in (2, 12) for name in ("inverse", "log")),
    ]


@pytest.mark.usefixtures("toys")
def test_of_many_rows_without_an_answer_the_first_are_named(call: Call) -> None:
    """Twenty, as of other faults."""
    reply = call("POST", "/predict/toys/log", {"instances": [{"a": -1, "b": -1}] * 30})

    assert len(reply.document["errors"]) == 20
    assert reply.document["detail"].startswith("More than 20 faults, the first 20 are listed. Row 0 has no answer")


def test_what_lies_beyond_training_and_has_no_answer_is_the_callers_to_mend(call: Call) -> None:
    """A linear model overflows at 1e38: not a failure of the service, which an alarm would take it for."""
    wine = json.loads((MODELS / "winery/alcohol/golden.json").read_text("utf-8"))["instances"][0]
    rows = [wine, {**wine, "ash": 3e38, "hue": 3e38, "color_intensity": 3e38}]

    reply = call("POST", "/predict/winery/alcohol", {"instances": rows})

    assert reply.status == 422
    assert reply.document["detail"].startswith('Row 1 has no answer from model "alcohol": ')
    assert "is 3e+38; training saw " in reply.document["detail"]
    assert [each["pointer"] for each in reply.document["errors"]] == ["/instances/1"]


def test_of_several_values_beyond_training_the_farthest_is_named(call: Call) -> None:
    """The one that is a little outside has an answer once the other is mended."""
    wine = json.loads((MODELS / "winery/alcohol/golden.json").read_text("utf-8"))["instances"][0]

    reply = call("POST", "/predict/winery/alcohol", {"instances": [{**wine, "malic_acid": 5.9, "hue": 3.4e38}]})

    assert "hue is 3.4e+38; training saw " in reply.document["detail"]


@pytest.mark.usefixtures("toys")
def test_what_the_engine_says_of_a_failure_stays_in_the_log(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    """The caller gets a fixed sentence in both dialects."""
    tensor = {"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [1, 1]}

    area = call("POST", "/predict/toys", {"instances": [{"a": 1, "b": 1}]})
    infer = call("POST", "/v2/models/pair/infer", {"inputs": [tensor]})

    sentence = 'Model "pair" failed. The log has the cause under this answer\'s request id.'
    assert area.status == infer.status == 500
    assert area.document["predictions"]["pair"]["detail"] == infer.document["error"] == sentence
    assert area.document["predictions"]["sum"] == [{"value": 2.0}]
    assert "Reshape" in caplog.text


@pytest.mark.usefixtures("toys")
def test_a_number_that_json_cannot_tell_is_no_answer_of_the_protocol_either(call: Call) -> None:
    """An infer call of a model that gives NaN is refused as a predict call is."""
    tensor = {"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [1, -3]}

    reply = call("POST", "/v2/models/log/infer", {"inputs": [tensor]})

    sentence = 'Row 0 has no answer from model "log": its output "variable" is NaN for these values together.'
    assert reply.status == 422
    assert reply.document["errors"] == [{"pointer": "/inputs", "detail": sentence}]


@pytest.mark.usefixtures("toys")
def test_a_failure_that_nobody_foresaw_costs_no_other_models_answer(
    call: Call, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same form as a failure of the engine; the log has what it was."""

    class Broken:
        def run(self, *arguments: object) -> None:
            raise ArithmeticError("nobody foresaw this")

    area = SERVICE.registry.areas["toys"]
    members = tuple(
        (model._replace(session=Broken()), packing) if model.manifest.name == "pair" else (model, packing)  # type: ignore[arg-type]
        for model, packing in area.members
    )
    monkeypatch.setitem(SERVICE.registry.areas, "toys", area._replace(members=members))

    reply = call("POST", "/predict/toys", {"instances": [{"a": 1, "b": 1}]})

    assert reply.status == 500
    assert reply.document["predictions"]["sum"] == [{"value": 2.0}]
    assert reply.document["predictions"]["pair"]["title"] == "A model failed"
    assert "nobody foresaw this" in caplog.text
