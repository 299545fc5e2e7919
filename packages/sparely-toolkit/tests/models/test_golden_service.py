"""What the service's own steps change in golden answers: asked of a service, written so that machines agree."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sparely import Answer as OwnersAnswer
from sparely import Refused, Request, Service
from sparely.bundle import GOLDEN_SERVICE, read_bundles, read_golden_service
from sparely_toolkit.models.golden_service import Failing, GoldenRow, Stale, ask_each, text_of, without_models_gone
from sparely_toolkit.testing.asking import Answer
from support.lambda_context import Context
from support.stepped import put_stepped

CAPPED = {"value": 4.0, "rule": {"capped": True}}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of one model, whose own steps cap it at 5."""
    put_stepped(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def service(models: Path) -> Service:
    return Service(str(models.parent / "handler" / "app.py"))


def ask(service: Service, models: Path) -> list[GoldenRow]:
    def invoke(event: Mapping[str, Any]) -> Answer:
        answer = service(event, Context())
        return Answer(answer["statusCode"], answer["headers"], json.loads(answer["body"]))

    return ask_each(read_bundles(models), read_golden_service(models), invoke, "2.0")


def write(service: Service, models: Path) -> str:
    text = text_of(ask(service, models))
    assert text is not None
    (models / GOLDEN_SERVICE).write_text(text, "utf-8")
    return text


def capping(service: Service, highest: float) -> None:
    @service.after
    def cap(request: Request, answer: OwnersAnswer) -> OwnersAnswer:
        if "predictions" not in answer.document:
            return answer
        rows = [{**row, "value": min(row["value"], highest)} for row in answer.document["predictions"]["stepped"]]
        return answer._replace(document={**answer.document, "predictions": {"stepped": rows}})


def test_a_service_without_steps_needs_no_file(service: Service, models: Path) -> None:
    """Nothing is written where nothing is changed."""
    assert text_of(ask(service, models)) is None


def test_what_a_step_changes_is_written(service: Service, models: Path) -> None:
    """The row that it changes, asked by its model and by its area; not the versions, nor the others."""
    capping(service, 4.0)

    answers = json.loads(write(service, models))["answers"]

    row = {"row": 0, "status": 200, "document": {"predictions": {"stepped": [CAPPED]}}}
    assert answers == {"toys": [row], "toys/stepped": [row]}


def test_a_change_is_told_with_what_was_before(service: Service, models: Path) -> None:
    """The golden answer, what callers get now, and what they got."""
    capping(service, 4.0)
    write(service, models)
    capping(service, 3.0)

    (_, changed) = [row for row in ask(service, models) if row.is_changed]

    values = [
        each.document["predictions"]["stepped"][0]["value"] for each in (changed.golden, changed.now, changed.written)
    ]
    assert (changed.path, changed.row, values) == ("toys/stepped", 0, [5.0, 3.0, 4.0])


def test_what_differs_within_the_tolerance_stays_as_written(service: Service, models: Path) -> None:
    """Another machine's last digits change no byte."""
    capping(service, 4.0)
    text = write(service, models)
    (models / GOLDEN_SERVICE).write_text(text.replace("4.0", "4.0000001"), "utf-8")

    rows = ask(service, models)

    assert not any(row.is_changed for row in rows)
    assert text_of(rows) == text.replace("4.0", "4.0000001")


def test_a_refused_row_is_written(service: Service, models: Path) -> None:
    """With its status: a rule may refuse what a model would answer."""

    @service.before
    def refuse(request: Request) -> Request:
        if request.document.get("instances", [{}])[0].get("size") == 1.5:
            raise Refused("nothing has that size")
        return request

    (row, *others) = json.loads(write(service, models))["answers"]["toys/stepped"]

    assert (row["row"], row["status"], others) == (0, 422, [])
    assert "nothing has that size" in json.dumps(row["document"])


def test_look_ups_have_their_defaults(service: Service, models: Path) -> None:
    """A step is told that it is asked for a golden row."""

    @service.after
    def look_up(request: Request, answer: OwnersAnswer) -> OwnersAnswer:
        segment = "none" if request.is_golden else "from the table"
        return answer._replace(document={**answer.document, "segment": segment})

    rows = json.loads(write(service, models))["answers"]["toys/stepped"]

    assert [row["document"]["segment"] for row in rows] == ["none", "none"]


def test_a_step_that_fails_on_a_golden_row_is_one_sentence(service: Service, models: Path) -> None:
    """It is no rule, and is not written."""

    @service.after
    def fail(request: Request, answer: OwnersAnswer) -> OwnersAnswer:
        raise KeyError("segment")

    with pytest.raises(Failing) as caught:
        ask(service, models)

    assert str(caught.value) == (
        "POST /predict/toys fails on golden row 0: it answers 500, The service failed. The log has the "
        "cause under this answer's request id; mend src/handler/app.py, and run make golden again. Nothing was written."
    )


def test_models_that_are_gone_are_forgotten(service: Service, models: Path) -> None:
    """With the file, where nothing is left."""
    capping(service, 4.0)
    text = write(service, models)
    document = json.loads(text)
    document["answers"]["toys/gone"] = document["answers"]["toys"]

    assert without_models_gone(json.dumps(document), read_bundles(models)) == text
    assert without_models_gone(json.dumps({"answers": {"gone": []}}), read_bundles(models)) is None


@pytest.mark.parametrize(
    ("rows", "differ"),
    [
        (0, "have changed:"),
        (1, "give other answers than is written for 1 golden answer: if that is meant,"),
        (2, "give other answers than is written for 2 golden answers: if that is meant,"),
    ],
)
def test_what_is_stale_is_told_with_what_to_do(rows: int, differ: str) -> None:
    """Steps that were only written otherwise change no answer."""
    assert str(Stale(rows)) == f"Own steps {differ} run make golden; in a script, make golden ARGS=--yes."
