"""The check of a new version knows what the service's own steps change in golden answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from sparely.bundle import Bundle
from sparely.check.dialects import MEANT
from sparely.check.settings import Settings
from sparely.check.verdict import Verdict, check_new_version
from sparely.golden import CallersAnswer
from tests.check.conftest import LIVE, NEW, FakeLambda, right

CAP = 13.0
REFUSED: dict[str, Any] = {"title": "No", "detail": "Not for the young."}


@pytest.fixture
def model(models: tuple[Bundle, ...]) -> Bundle:
    """A regressor, of which some golden values are above the cap."""
    return next(model for model in models if model.path == "winery/alcohol")


@pytest.fixture
def golden(model: Bundle) -> Bundle:
    """The same with what a capping service answers."""
    answers = {
        row: CallersAnswer(200, {"predictions": {"alcohol": [{"value": CAP}]}, "rule": "cap"})
        for row, prediction in enumerate(model.predictions)
        if prediction["value"] > CAP
    }
    assert 0 < len(answers) < len(model.predictions)
    return model._replace(answers=answers)


def rewriting(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Callable[[Mapping[str, Any]], Any]:
    """The service with a step after its models at /predict; a step that gives None refuses the request."""

    def function(event: Mapping[str, Any]) -> Any:
        answer = right(event)
        document = json.loads(answer["body"])
        if "predictions" not in document:
            return answer
        changed = change(document)
        if changed is None:
            return {**answer, "statusCode": 422, "body": json.dumps(REFUSED)}
        return {**answer, "body": json.dumps(changed)}

    return function


def capped(document: dict[str, Any]) -> dict[str, Any]:
    """An owner's rule: no value above the cap, and a word on it where that was so."""
    rows = document["predictions"]["alcohol"]
    for row in rows:
        if row["value"] > CAP:
            row["value"] = CAP
            document["rule"] = "cap"
    return document


def young(document: dict[str, Any]) -> dict[str, Any] | None:
    """A rule that refuses what the cap would change."""
    return None if any(row["value"] > CAP for row in document["predictions"]["alcohol"]) else document


def verdict(aws: FakeLambda, settings: Settings, model: Bundle) -> Verdict:
    return check_new_version(settings, [model], aws.target(NEW), aws.target(LIVE))


def test_a_version_with_the_golden_rule_passes(aws: FakeLambda, settings: Settings, golden: Bundle) -> None:
    """Each row as golden-service.json has it, others as the model's golden answer."""
    aws.functions[NEW] = rewriting(capped)

    assert verdict(aws, settings, golden).findings == ()


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_a_new_rule_is_refused_and_make_golden_is_named(
    aws: FakeLambda, settings: Settings, model: Bundle, payload: str
) -> None:
    """With the value, the golden one and what to do, in the first sentence, which is all that operators are told."""
    aws.functions[NEW] = rewriting(capped)
    row, value = next((row, each["value"]) for row, each in enumerate(model.predictions) if each["value"] > CAP)

    findings = verdict(aws, replace(settings, payload=payload), model).findings

    place = f"winery/alcohol, POST /predict/{{area}}/{{model}}: predictions[{row}].value"
    assert findings[0] == f"{place} is 13.0; expected {value}; {MEANT}"


def test_a_rule_that_is_gone_is_refused(aws: FakeLambda, settings: Settings, golden: Bundle) -> None:
    """The row is named, for each is asked alone."""
    row = min(golden.answers)

    findings = verdict(aws, settings, golden).findings

    place = f"winery/alcohol, POST /predict/{{area}}/{{model}}: row {row}: predictions[0].value"
    assert findings[0].startswith(f"{place} is {golden.predictions[row]['value']:.4}")
    assert findings[0].endswith(f"expected 13.0; {MEANT}")
    assert any(f"row {row}: the answer.rule is missing; expected 'cap'" in each for each in findings)


def test_a_member_beside_the_predictions_is_compared(aws: FakeLambda, settings: Settings, model: Bundle) -> None:
    """Callers would get it too."""
    aws.functions[NEW] = rewriting(lambda document: {**document, "currency": "EUR"})

    findings = verdict(aws, settings, model).findings

    assert findings == (
        f"winery/alcohol, POST /predict/{{area}}/{{model}}: the answer.currency is 'EUR'; expected missing; {MEANT}",
    )


def test_a_refused_golden_row_may_be_golden(aws: FakeLambda, settings: Settings, golden: Bundle) -> None:
    """The pace is taken with the rows that are answered."""
    refused = {row: CallersAnswer(422, REFUSED) for row in golden.answers}
    aws.functions[NEW] = aws.functions[LIVE] = rewriting(young)

    assert verdict(aws, settings, golden._replace(answers=refused)).findings == ()


def test_a_step_that_fails_is_no_rule(aws: FakeLambda, settings: Settings, model: Bundle) -> None:
    """Nobody means a 500."""

    def failing(event: Mapping[str, Any]) -> Any:
        answer = right(event)
        return {**answer, "statusCode": 500, "body": "{}"} if "predictions" in answer["body"] else answer

    aws.functions[NEW] = failing

    assert verdict(aws, settings, model).findings == ("winery/alcohol, POST /predict/{area}/{model}: status 500: ",)


def test_every_event_of_a_check_is_marked(aws: FakeLambda, settings: Settings, golden: Bundle) -> None:
    """So that a step takes the defaults of what it looks up."""
    marks: list[Any] = []

    def listening(event: Mapping[str, Any]) -> Any:
        marks.append(event["golden"])
        return rewriting(capped)(event)

    aws.functions[NEW] = listening
    verdict(aws, settings, golden)

    assert {*marks} == {True}
