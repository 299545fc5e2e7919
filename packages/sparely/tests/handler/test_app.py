"""The whole path of a request, through the sample models."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.sample_service import SERVICE
from support.services import MODELS
from tests.handler.conftest import Reply

GOLDEN = sorted(MODELS.glob("*/*/golden.json"))
RISK = {"sex": "1", "bmi": 32.1, "bp": 101.0, "hdl": 38.0, "tch": 4.0, "ltg": 4.8598, "glu": 87.0}

Call = Callable[..., Reply]


def close(actual: Any, expected: Any) -> bool:
    """Equal as the parity gate has it: |a - b| <= 1e-5 + 1e-5 |b|, everything but floats exactly."""
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(close(actual[key], expected[key]) for key in expected)
    if isinstance(expected, float):
        return bool(actual == pytest.approx(expected, rel=1e-5, abs=1e-5))
    return bool(actual == expected)


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.parent.name)
def test_every_model_answers_its_golden_rows_as_the_estimator_did(call: Call, golden: Path, payload: str) -> None:
    """A model's answers equal those that the estimator gave when it was exported."""
    area, name = golden.parts[-3:-1]
    rows = json.loads(golden.read_text("utf-8"))

    reply = call("POST", f"/predict/{area}/{name}", {"instances": rows["instances"]}, payload=payload)

    assert reply.status == 200
    predictions = reply.document["predictions"][name]
    assert len(predictions) == len(rows["predictions"])
    assert all(close(*pair) for pair in zip(predictions, rows["predictions"], strict=True))


def test_an_area_call_answers_as_its_models_do_alone(call: Call) -> None:
    """One record with the features of both models gets from the area what each model alone gives."""
    progression = json.loads((MODELS / "clinic/progression/golden.json").read_text("utf-8"))["instances"][0]
    together = {**RISK, **progression}

    area = call("POST", "/predict/clinic", {"instances": [together]})
    alone = {
        name: call("POST", f"/predict/clinic/{name}", {"instances": [{key: together[key] for key in features}]})
        for name, features in (("high-risk", RISK), ("progression", progression))
    }

    assert area.status == 200
    assert area.document["predictions"] == {name: reply.document["predictions"][name] for name, reply in alone.items()}
    assert area.document["versions"].keys() == {"high-risk", "progression"}


def test_an_answer_names_request_versions_and_times(call: Call, context: Any) -> None:
    """Headers carry the request id, the version that answered and how long each step took."""
    reply = call("POST", "/predict/clinic/high-risk", {"instances": [RISK]})

    version = reply.document["versions"]["high-risk"]
    assert reply.headers["x-request-id"] == context.aws_request_id
    assert reply.headers["x-model-version"] == f"high-risk={version}"
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    steps = [step.split(";dur=") for step in reply.headers["server-timing"].split(", ")]
    assert [name for name, _ in steps] == ["parse", "infer", "total"]
    assert float(steps[2][1]) >= float(steps[0][1])


def test_the_catalogue_lists_every_model_with_its_manifest(call: Call) -> None:
    """`GET /models` gives areas, models and what their manifests say."""
    reply = call("GET", "/models")

    listed = {(area["name"], model["name"]): model for area in reply.document["areas"] for model in area["models"]}
    expected = {path.parts[-3:-1]: json.loads(path.read_text("utf-8")) for path in MODELS.glob("*/*/manifest.json")}
    assert reply.status == 200
    assert listed == expected


@pytest.mark.parametrize(
    ("target", "document"),
    [
        ("/v2/health/live", {"live": True}),
        ("/v2/health/ready", {"ready": True}),
        ("/v2/models/cultivar/ready", {"name": "cultivar", "ready": True}),
    ],
)
def test_health_is_told(call: Call, target: str, document: Any) -> None:
    """The Open Inference Protocol's health routes answer 200 once the models are open."""
    reply = call("GET", target)

    assert (reply.status, reply.document) == (200, document)


def test_an_unknown_model_of_the_protocol_is_404(call: Call) -> None:
    """Readiness of a model that is not there names those that are."""
    reply = call("GET", "/v2/models/nothing/ready")

    assert reply.status == 404
    assert reply.document["detail"] == 'No model "nothing". Available: alcohol, cultivar, high-risk, progression.'


def test_a_refused_request_names_the_version_that_refused_it(call: Call) -> None:
    """Also a fault's answer says which model's features the body was compared with."""
    reply = call("POST", "/predict/winery", {})

    assert reply.status == 422
    assert reply.headers["x-model-version"].startswith("alcohol=")


def test_an_unchanged_catalogue_is_not_sent_again(call: Call) -> None:
    """A client that has the catalogue gets 304 without a body, told apart by the ETag."""
    first = call("GET", "/models")
    tag = first.headers["etag"]

    again = call("GET", "/models", headers={"If-None-Match": f'"other", W/{tag}'})
    other = call("GET", "/models", headers={"If-None-Match": '"other"'})

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status, again.document, again.headers["etag"]) == (304, None, tag)
    assert "content-type" not in again.headers
    assert (other.status, other.document) == (200, first.document)


def test_a_fault_is_one_problem_document_for_both_dialects(call: Call) -> None:
    """RFC 9457 members, a JSON pointer for each fault, and the member that V2 clients read."""
    reply = call("POST", "/predict/clinic/high-risk", {"instances": [RISK, RISK, {**RISK, "bmi": "high"}]})

    sentence = 'instances[2].bmi is "high"; expected a number of kg/m2.'
    assert reply.status == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.document == {
        "type": "urn:problem-type:does-not-fit",
        "title": "The request does not fit",
        "status": 422,
        "detail": sentence,
        "error": sentence,
        "errors": [{"pointer": "/instances/2/bmi", "detail": sentence}],
    }


def test_null_means_what_the_model_was_trained_with(call: Call) -> None:
    """A null is answered where the manifest gives it a meaning, and an absent optional feature is null."""
    without = {name: value for name, value in RISK.items() if name != "glu"}

    absent = call("POST", "/predict/clinic/high-risk", {"instances": [{**without, "sex": None}]})
    null = call("POST", "/predict/clinic/high-risk", {"instances": [{**RISK, "sex": None, "glu": None}]})

    assert absent.status == null.status == 200
    assert absent.document == null.document


def test_what_nobody_foresaw_is_500_with_a_fixed_body(
    call: Call, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception of ours tells the caller nothing; the log has it under the request id."""
    monkeypatch.setattr(SERVICE, "registry", None)

    reply = call("GET", "/models")

    assert reply.status == 500
    assert reply.document["detail"] == "The service failed. The log has the cause under this answer's request id."
    assert "AttributeError" in caplog.text
