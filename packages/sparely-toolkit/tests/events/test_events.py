"""Every sample event is what the gateway would send, and gets the answer that its name promises."""

import json
from typing import Any

import pytest

from sparely.bundle import read_bundles
from sparely_toolkit.contract.other_events import DIRECT, MESSAGES, OBJECT, WARM_UP
from sparely_toolkit.contract.sample_events import KINDS, STAGES, event, kind_of, samples
from sparely_toolkit.project import Project
from support.sample_service import SERVICE
from support.services import APIS, MODELS, baked

SAMPLES = dict(samples(MODELS))
# No request makes the sample models fail or answer too much, and too many values are too many for a file.
OTHER = (DIRECT, MESSAGES, OBJECT, WARM_UP)
SHOWN = set(KINDS) - {"internal", "model-failed", "too-many-values", "answer-too-large"}


@pytest.fixture(scope="module", params=APIS)
def project(request: pytest.FixtureRequest) -> Project:
    """A service of each choice of API."""
    return baked(request.param)


@pytest.mark.parametrize("payload", STAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_an_event_gets_the_answer_that_its_name_promises(name: str, payload: str, context: Any) -> None:
    """Good events get 200, a fault's event gets that fault's problem document."""
    answer = SERVICE(event(**SAMPLES[name], payload=payload), context)

    kind = kind_of(name)
    document = json.loads(answer["body"])
    assert document.get("type") == (f"urn:problem-type:{kind}" if kind else None)
    assert (answer["statusCode"] == 200) is (kind is None)


def test_every_fault_and_every_model_has_a_sample() -> None:
    """Nothing that the service serves or refuses is left without an example."""
    good = {how["target"] for name, how in SAMPLES.items() if not kind_of(name)}

    assert {kind_of(name) for name in SAMPLES} - {None} == SHOWN
    for model in read_bundles(MODELS):
        v2 = f"/v2/models/{model.name}"
        assert {f"/predict/{model.area}", f"/predict/{model.path}", f"{v2}/infer", v2, f"{v2}/ready"} <= good


def test_a_service_has_one_event_a_model_an_area_and_a_problem_type(project: Project) -> None:
    """With the catalogue, one request of tensors, and the other ways in."""
    models = read_bundles(project.models)
    names = [file.stem for file in project.events.glob("*.json")]

    assert sorted(name for name in names if not kind_of(name)) == sorted(
        {
            "models",
            f"infer-{models[0].name}",
            *(f"predict-{model.area}-{model.name}" for model in models),
            *(f"predict-{model.area}" for model in models),
            *OTHER,
        }
    )
    assert sorted(kind for name in names if (kind := kind_of(name))) == sorted(SHOWN)


def test_the_events_of_a_service_are_in_the_payload_of_its_api(project: Project) -> None:
    """A REST API sends format 1.0, an HTTP API 2.0, a function URL 2.0 without a route."""
    payload = {"rest-key": "1.0", "function-url": "url"}.get(project.root.parent.name, "2.0")

    for file in (file for file in project.events.glob("*.json") if file.stem not in OTHER):
        assert json.loads(file.read_text("utf-8")) == event(**SAMPLES[file.stem], payload=payload)
