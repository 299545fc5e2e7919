"""Every file of events/ is what the gateway would send, and gets the answer that its name promises."""

import json
from pathlib import Path
from typing import Any

import pytest

from sparely.service import lambda_handler
from sparely.handler.errors import ServiceError
from sparely_toolkit.contract.sample_events import event, samples

PROJECT = Path(__file__).resolve().parents[2]
MODELS = PROJECT / "src" / "models"
FILES = sorted((PROJECT / "events").glob("*/*.json"))
# No request makes the sample models fail or answer too much, and too many values are too many for a file.
KINDS = {each.kind for each in ServiceError.__subclasses__()} - {
    "internal",
    "model-failed",
    "too-many-values",
    "answer-too-large",
}


def kind_of(name: str) -> str | None:
    """The problem type that an event's name begins with."""
    return next((kind for kind in KINDS if name.startswith(kind)), None)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_an_event_gets_the_answer_that_its_name_promises(file: Path, context: Any) -> None:
    """Good events get 200, a fault's event gets that fault's problem document."""
    answer = lambda_handler(json.loads(file.read_text("utf-8")), context)

    kind = kind_of(file.stem)
    document = json.loads(answer["body"])
    assert document.get("type") == (f"urn:problem-type:{kind}" if kind else None)
    assert (answer["statusCode"] == 200) is (kind is None)


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_events_are_those_of_the_models(payload: str) -> None:
    """`python -m sparely_toolkit.contract.sample_events` would change nothing."""
    expected = {name: event(**arguments, payload=payload) for name, arguments in samples(MODELS)}
    written = {file.stem: json.loads(file.read_text("utf-8")) for file in FILES if file.parent.name == payload}

    assert written == expected


def test_every_fault_and_every_model_has_an_event() -> None:
    """Nothing that the service serves or refuses is left without an example."""
    good = {
        json.loads(file.read_text("utf-8"))["rawPath"]
        for file in FILES
        if file.parent.name == "2.0" and not kind_of(file.stem)
    }

    assert {kind_of(file.stem) for file in FILES} - {None} == KINDS
    for path in MODELS.glob("*/*/manifest.json"):
        area, name = path.parts[-3:-1]
        model = f"/v2/models/{name}"
        assert {f"/predict/{area}", f"/predict/{area}/{name}", f"{model}/infer", model, f"{model}/ready"} <= good
