"""What is asked of a version, and what is found."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from sparely.check.settings import Settings
from sparely.check.verdict import check_alias, check_new_version
from sparely.manifest import Tolerance
from tests.check.conftest import FUNCTION, LIVE, NEW, FakeLambda, Models, changed, right


def findings(aws: FakeLambda, settings: Settings, models: Models) -> tuple[str, ...]:
    return check_new_version(settings, models, aws.target(NEW), aws.target(LIVE)).findings


def failing(event: Any) -> Any:
    """A function that raises."""
    raise RuntimeError("no session")


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_a_right_version_passes(aws: FakeLambda, settings: Settings, models: Models, payload: str) -> None:
    """The service gives every golden answer in both dialects, whichever API stands before it."""
    verdict = check_new_version(replace(settings, payload=payload), models, aws.target(NEW), aws.target(LIVE))

    assert verdict.findings == ()
    assert verdict.figures == {
        "models": {model.path: model.version for model in models},
        "questions": 2 * len(models),
        "questions_in_all": 2 * len(models),
        "calls": 8,
        "calls_in_all": 8,
        "p95_ms": 20.0,
        "live_p95_ms": 20.0,
    }


def test_every_model_is_asked_in_both_dialects(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """No model and no dialect is left out."""
    asked: list[str] = []

    def listening(event: Mapping[str, Any]) -> Any:
        asked.append(event["rawPath"])
        return right(event)

    aws.functions[NEW] = listening
    findings(aws, replace(settings, calls=1), models)

    records = [f"/predict/{model.area}/{model.name}" for model in models]
    tensors = [f"/v2/models/{model.name}/infer" for model in models]
    assert set(asked) == {*records, *tensors}


@pytest.mark.parametrize(("off_by", "passed"), [(5e-4, True), (5e-3, False)])
def test_a_models_own_tolerance_decides_what_is_right(
    aws: FakeLambda, settings: Settings, models: Models, off_by: float, passed: bool
) -> None:
    """A model that was added with `--relative-tolerance 1e-3`, in both dialects: half of it is right, five times is not."""
    alcohol = next(model for model in models if model.name == "alcohol")
    expected = tuple({"value": each["value"] * (1 + off_by)} for each in alcohol.predictions)
    loose = changed(
        alcohol, predictions=expected, manifest=alcohol.manifest._replace(tolerance=Tolerance(relative=1e-3))
    )

    wrong = {finding.partition(":")[0] for finding in findings(aws, settings, (loose,))}

    dialects = {"winery/alcohol, POST /predict/{area}/{model}", "winery/alcohol, POST /v2/models/{model}/infer"}
    assert wrong == (set() if passed else dialects)


def test_a_wrong_prediction_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A value that departs from the estimator's is named with its place, in each dialect."""
    alcohol = next(model for model in models if model.name == "alcohol")
    wrong = changed(alcohol, predictions=({"value": 0.0}, *alcohol.predictions[1:]))
    told = findings(aws, settings, (wrong,))

    value = alcohol.predictions[0]["value"]
    assert len(told) == 2
    assert told[0].startswith(
        "winery/alcohol, POST /predict/{area}/{model}: predictions[0].value is " + f"{int(value)}."
    )
    assert told[1].startswith("winery/alcohol, POST /v2/models/{model}/infer: predictions[0].value is ")
    assert all(each.endswith("; expected 0.0") for each in told)


def test_many_wrong_predictions_are_summed_up(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """The first three tell enough."""
    alcohol = next(model for model in models if model.name == "alcohol")
    wrong = changed(alcohol, predictions=tuple({"value": 0.0} for _ in alcohol.predictions))

    told = findings(aws, settings, (wrong,))

    rest = len(alcohol.predictions) - 3
    assert told[3] == f"winery/alcohol, POST /predict/{{area}}/{{model}}: and {rest} more differences"


def test_another_model_version_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A package that holds yesterday's model answers well, but not as what was deployed."""
    model = models[0]
    other = changed(model, manifest=model.manifest._replace(version="000000000000"))

    told = findings(aws, settings, (other,))

    assert told[0].endswith(f": version {model.version} answers; expected 000000000000")


def test_a_missing_route_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A version without the second dialect is refused, not checked less."""

    def without_tensors(event: Mapping[str, Any]) -> Any:
        if event["rawPath"].startswith("/v2"):
            return {"statusCode": 404, "body": json.dumps({"detail": "No route."})}
        return right(event)

    aws.functions[NEW] = without_tensors

    told = findings(aws, settings, models)

    assert len(told) == len(models)
    assert told[0].endswith("POST /v2/models/{model}/infer: status 404: No route.")


def test_a_failing_function_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A function that raises has no status; what it said is told."""
    aws.functions[NEW] = failing

    told = findings(aws, settings, models[:1])

    assert told[0].endswith("the function failed: no session")


@pytest.mark.parametrize("answer", ["text", {"statusCode": 200}, {"statusCode": 200, "body": "<html>"}, None])
def test_an_unreadable_answer_is_found(aws: FakeLambda, settings: Settings, models: Models, answer: Any) -> None:
    """What is no HTTP answer with a JSON body is a finding, not a crash of the check."""
    aws.functions[NEW] = lambda event: answer

    told = findings(aws, settings, models[:1])

    assert "the function's answer cannot be read" in told[0]


@pytest.mark.parametrize("document", [{}, [], {"predictions": {}}, {"outputs": [{"name": "x"}]}, None])
def test_an_answer_without_predictions_is_found(
    aws: FakeLambda, settings: Settings, models: Models, document: Any
) -> None:
    """JSON that holds no predictions is a finding in either dialect."""
    aws.functions[NEW] = lambda event: {"statusCode": 200, "body": json.dumps(document)}

    told = findings(aws, settings, models[:1])

    assert "the answer has no predictions" in told[0]
    assert "the tensors cannot be read" in told[1]


def test_a_version_that_fails_now_and_then_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """Every call is an answer to check, also those that are made for their time."""
    calls = iter(range(1, 10_000))
    answers = 2 * len(models)
    aws.functions[NEW] = lambda event: failing(event) if next(calls) == answers + 4 else right(event)

    told = findings(aws, settings, models)

    assert told == ("asked again, it fails: the function failed: no session",)


def test_a_slow_version_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """Right answers that take twice as long as those of the version now live do not pass."""
    aws.durations_ms[NEW] = 45.0

    assert findings(aws, settings, models) == (
        "the slowest of 8 calls is 45.0 ms; the version now live has 20.0 ms, which allows 40.0 ms",
    )


def test_a_busy_minute_is_forgiven(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """Who was slow is measured again."""
    calls = iter(range(10_000))
    answers = 2 * len(models)

    def slow_at_first(event: Mapping[str, Any]) -> Any:
        aws.durations_ms[NEW] = 500.0 if next(calls) < answers + 4 else 20.0
        return right(event)

    aws.functions[NEW] = slow_at_first

    assert findings(aws, settings, models) == ()


def test_a_new_model_has_no_pace_to_keep(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """The version now live has no such model; only the limit in ms holds for it."""
    aws.functions[LIVE] = lambda event: {"statusCode": 404, "body": "{}"}
    aws.durations_ms.update({NEW: 900.0, LIVE: 1.0})

    assert findings(aws, settings, models) == ()


def test_a_version_above_the_limit_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A version as slow as the one before it is still too slow."""
    aws.durations_ms.update({NEW: 1200.0, LIVE: 1200.0})

    assert findings(aws, settings, models) == (
        "the slowest of 8 calls is 1200.0 ms; the limit, LatencyLimitMs, is 1000 ms",
    )


def test_another_package_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A version that was not frozen from what was deployed last is refused."""
    aws.configurations[FUNCTION]["CodeSha256"] = "ccc="

    assert findings(aws, settings, models) == ("its package is aaa=; the function was deployed with ccc=",)


def test_another_release_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A version that does not carry the deployment's release id is refused."""
    told = findings(aws, replace(settings, release_id="feedfeedfeed"), models)

    assert told == (f'its description is "{aws.configurations[NEW]["Description"]}"; expected release feedfeedfeed',)


def test_a_deployment_without_release_id_is_checked_for_the_rest(
    aws: FakeLambda, settings: Settings, models: Models
) -> None:
    """Plain `sam deploy` gives no release id."""
    aws.configurations[NEW]["Description"] = "Answers."

    assert findings(aws, replace(settings, release_id=""), models) == ()


def test_the_alias_passes_when_it_reaches_the_new_version(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """After traffic, the alias is asked and has nothing to be compared with."""
    aws.configurations[LIVE]["Version"] = "7"

    verdict = check_alias(settings, models, aws.target(LIVE))

    assert verdict.passed
    assert "live_p95_ms" not in verdict.figures


def test_an_alias_elsewhere_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """Good answers of the version before do not end a deployment well."""
    assert check_alias(settings, models, aws.target(LIVE)).findings == ("the alias reaches version 6; expected 7",)
