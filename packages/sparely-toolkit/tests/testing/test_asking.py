"""How a service's own tests ask, and what they say of a wrong answer."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sparely.bundle import Bundle, read_bundle
from sparely.check.dialects import MEANT
from sparely_toolkit.testing.asking import Answer, invoker, wrong_answers
from support.services import MODELS


@pytest.fixture
def model() -> Bundle:
    """A sample model with its golden rows."""
    return read_bundle(MODELS / "winery" / "alcohol")


class Service:
    """A service that answers a model's golden rows, or what it is told to answer at a route."""

    def __init__(self, model: Bundle, answers: Mapping[str, Answer] | None = None) -> None:
        self.model = model
        self.answers = answers or {}

    def __call__(self, method: str, path: str, document: Any = None) -> Answer:
        values = [float(prediction["value"]) for prediction in self.model.predictions]
        (name,) = self.model.manifest.outputs.values()
        tensors = {"model_version": self.model.version, "outputs": [{"name": name, "data": values}]}
        records = {
            "predictions": {self.model.name: [dict(each) for each in self.model.predictions]},
            "versions": {self.model.name: self.model.version},
        }
        return self.answers.get(path, Answer(200, {}, tensors if path.startswith("/v2") else records))


def test_right_answers_are_not_spoken_of(model: Bundle) -> None:
    """Both routes are asked."""
    asked: list[str] = []
    service = Service(model)

    def ask(method: str, path: str, document: Any) -> Answer:
        asked.append(f"{method} {path}")
        return service(method, path, document)

    assert wrong_answers(ask, model) == []
    assert asked == ["POST /predict/winery/alcohol", "POST /v2/models/alcohol/infer"]


def test_a_prediction_beyond_the_models_tolerance_is_wrong(model: Bundle) -> None:
    """With both numbers."""
    document = Service(model)("POST", "/predict/winery/alcohol").document
    right = document["predictions"]["alcohol"][1]["value"]
    document["predictions"]["alcohol"][1]["value"] = 99.0

    said = wrong_answers(Service(model, {"/predict/winery/alcohol": Answer(200, {}, document)}), model)

    assert said == [f"POST /predict/{{area}}/{{model}}: predictions[1].value is 99.0; expected {right}; {MEANT}"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(500, {}, {"detail": "It failed."}), "status 500: It failed."),
        (Answer(200, {}, {}), f"the answer has no predictions: {{}}; {MEANT}"),
    ],
)
def test_what_is_no_answer_is_wrong(model: Bundle, answer: Answer, said: str) -> None:
    """With what came instead."""
    assert wrong_answers(Service(model, {"/predict/winery/alcohol": answer}), model) == [
        f"POST /predict/{{area}}/{{model}}: {said}"
    ]


def test_another_version_is_wrong(model: Bundle) -> None:
    """Though its predictions agree."""
    document = {**Service(model)("POST", "/v2/models/alcohol/infer").document, "model_version": "other"}

    said = wrong_answers(Service(model, {"/v2/models/alcohol/infer": Answer(200, {}, document)}), model)

    assert said == [f"POST /v2/models/{{model}}/infer: version other answers; expected {model.version}"]


def test_an_event_is_handed_to_the_function_by_lambdas_invoke() -> None:
    """Its answer is what the function gives to the gateway."""
    asked: list[tuple[str, str, Any]] = []

    def ask(method: str, path: str, document: Any) -> Answer:
        asked.append((method, path, document))
        return Answer(200, {}, {"statusCode": 404, "headers": {"Content-Type": "x"}, "body": json.dumps({"type": "y"})})

    answer = invoker(ask, "PredictFunction")({"version": "2.0"})

    assert asked == [("POST", "/2015-03-31/functions/PredictFunction/invocations", {"version": "2.0"})]
    assert answer == Answer(404, {"content-type": "x"}, {"type": "y"})


def test_a_function_that_fails_fails_the_test() -> None:
    """With its own words."""

    def ask(*_: object) -> Answer:
        return Answer(200, {"x-amz-function-error": "Unhandled"}, {"errorMessage": "boom"})

    with pytest.raises(AssertionError, match="boom"):
        invoker(ask, "PredictFunction")({})
