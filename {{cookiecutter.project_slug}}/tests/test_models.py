"""What the models that are here answer, in the package that ships, over HTTP."""

import pytest
from sparely_toolkit.testing import Area, Ask, Bundle, Invoke, Project, SampleEvent, wrong_answers


def test_a_model_answers_as_its_estimator_did(ask: Ask, golden: Bundle) -> None:
    """Every golden row, at /predict and in tensors at /v2, within the tolerance that the model came in by."""
    assert wrong_answers(ask, golden) == []


def test_an_area_answers_as_its_models_do(ask: Ask, area: Area) -> None:
    """Asked together, each model says what it says alone."""
    together = ask("POST", f"/predict/{area}", {"instances": area.rows})

    for model in area.models:
        alone = ask("POST", f"/predict/{area}/{model.name}", {"instances": area.rows_of(model)})
        assert (together.status, alone.status) == (200, 200), (together.document, alone.document)
        assert together.document["predictions"][model.name] == alone.document["predictions"][model.name]


def test_the_catalogue_lists_what_is_here(ask: Ask, project: Project) -> None:
    """GET /models names each folder of src/models."""
    areas = ask("GET", "/models").document["areas"]

    listed = {f"{area['name']}/{model['name']}" for area in areas for model in area["models"]}
    assert listed == {"/".join(file.parts[-3:-1]) for file in project.models.glob("*/*/manifest.json")}


def test_an_event_gets_what_its_name_promises(invoke: Invoke, event: SampleEvent) -> None:
    """Good events get 200, a fault's event that fault's problem document."""
    answer = invoke(event.payload)

    assert answer.status == event.status, answer.document
    assert event.kind is None or answer.document["type"] == f"urn:problem-type:{event.kind}"


@pytest.mark.parametrize("path", ["/v2/health/live", "/v2/health/ready"])
def test_the_service_says_that_it_is_well(ask: Ask, path: str) -> None:
    """What load balancers and monitors ask."""
    assert ask("GET", path).status == 200
