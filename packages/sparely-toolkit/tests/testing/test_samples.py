"""What a service's own tests run over, by what lies in the service."""

import json
from pathlib import Path

import pytest

from sparely_toolkit.testing.samples import areas, events, models
from support.services import MODELS


def test_a_service_without_models_has_nothing_to_ask(tmp_path: Path) -> None:
    """Its other tests run all the same."""
    (tmp_path / "models").mkdir()

    assert models(tmp_path / "models") == ()
    assert areas(()) == []


def test_an_area_has_rows_that_each_of_its_models_takes() -> None:
    """All of its models' features at once, or one model's alone."""
    clinic, winery = areas(models(MODELS))

    assert [str(area) for area in (clinic, winery)] == ["clinic", "winery"]
    for model in clinic.models:
        features = [feature.name for feature in model.manifest.features if feature.required]
        assert all(set(features) <= row.keys() for row in clinic.rows)
        assert all(set(features) <= row.keys() for row in clinic.rows_of(model))
    assert {name for row in clinic.rows for name in row} > {
        name for row in clinic.rows_of(clinic.models[0]) for name in row
    }


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("predict-clinic", 200, None),
        ("models", 200, None),
        ("my-own-customer", 200, None),
        ("not-json", 400, "not-json"),
        ("not-json-nan", 400, "not-json"),
        ("does-not-fit-missing-feature", 422, "does-not-fit"),
        ("unknown-model", 404, "unknown-model"),
        ("unknown-models-of-mine", 200, None),
    ],
)
def test_an_events_name_promises_a_status(tmp_path: Path, name: str, status: int, kind: str | None) -> None:
    """That of the fault whose problem type it begins with, whole words; any other is a good one."""
    (tmp_path / f"{name}.json").write_text('{"version": "2.0"}', "utf-8")

    (event,) = events(tmp_path)

    assert (event.name, event.status, event.kind, event.payload) == (name, status, kind, {"version": "2.0"})


def test_events_are_those_that_lie_there(tmp_path: Path) -> None:
    """In order of their names; what is no event is none."""
    for name in ("b.json", "a.json", "notes.md"):
        (tmp_path / name).write_text(json.dumps({}), "utf-8")

    assert [str(event) for event in events(tmp_path)] == ["a", "b"]
    assert events(tmp_path / "nowhere") == []
