"""The four sample models."""

import json
from typing import Any

import numpy as np
import onnxruntime
import pytest

from sparely_export.answers import ask_estimator
from sparely_export.features import Instance
from tests.support.samples import SAMPLES, held_out
from tests.support.services import MODELS

NAMES = list(SAMPLES)


def shipped(name: str, file: str) -> Any:
    """Return a shipped model's JSON file."""
    return json.loads((MODELS / name / file).read_text())


def ask_shipped(name: str, rows: list[Instance]) -> list[Any]:
    """Answer rows by the shipped model.onnx, packed as its manifest says."""
    manifest = shipped(name, "manifest.json")
    null = {
        feature["name"]: feature["null"]["token"] if isinstance(feature["null"], dict) else np.nan
        for feature in manifest["features"]
    }
    tensors = {
        entry["name"]: np.array(
            [[null[name] if row[name] is None else row[name] for name in entry["features"]] for row in rows],
            dtype={"FP32": np.float32, "BYTES": object}[entry["datatype"]],
        )
        for entry in manifest["inputs"]
    }
    session = onnxruntime.InferenceSession(MODELS / name / "model.onnx", providers=["CPUExecutionProvider"])
    results: list[Any] = session.run([list(manifest["outputs"].values())[-1]], tensors)[0].tolist()
    return results


def numbers(name: str, predictions: list[dict[str, Any]]) -> list[list[float]]:
    """Return predictions as rows of numbers, probabilities in the order of the labels."""
    labels = shipped(name, "manifest.json").get("labels")
    if labels is None:
        return [[prediction["value"]] for prediction in predictions]
    return [[prediction["probabilities"][label] for label in labels] for prediction in predictions]


@pytest.mark.parametrize("name", NAMES)
def test_golden_answers_are_a_fresh_estimators(name: str) -> None:
    """The golden predictions are what the estimator, fitted anew, predicts."""
    golden, candidate = shipped(name, "golden.json"), SAMPLES[name]()

    fresh = ask_estimator(candidate.estimator, candidate.features, golden["instances"]).predictions()

    assert [prediction.get("label") for prediction in fresh] == [
        prediction.get("label") for prediction in golden["predictions"]
    ]
    np.testing.assert_allclose(numbers(name, fresh), numbers(name, golden["predictions"]), rtol=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_model_answers_held_out_rows_as_the_estimator(name: str) -> None:
    """The shipped model.onnx agrees with the estimator to 1e-5 on fifty rows that training did not see."""
    rows, predictions = held_out(name)

    assert len(rows) == 50
    np.testing.assert_allclose(ask_shipped(name, rows), numbers(name, predictions), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_model_has_skill(name: str) -> None:
    """On held-out rows every model beats what one would say without it."""
    metrics = shipped(name, "manifest.json")["metrics"]

    if "accuracy" in metrics:
        assert metrics["accuracy"] > metrics["accuracy_of_commonest_label"]
    else:
        assert metrics["mean_absolute_error"] < 0.8 * metrics["mean_absolute_error_of_mean"]


@pytest.mark.parametrize("name", NAMES)
def test_model_is_small(name: str) -> None:
    """A sample model is some tens of kilobytes at most."""
    assert shipped(name, "manifest.json")["onnx"]["bytes"] < 40_000


@pytest.mark.parametrize("name", NAMES)
def test_golden_rows_show_every_null_and_label(name: str) -> None:
    """At least five golden rows; each nullable feature is null in one, each label the answer to one."""
    manifest, golden = shipped(name, "manifest.json"), shipped(name, "golden.json")
    nullable = [feature["name"] for feature in manifest["features"] if feature["null"] != "refused"]

    assert len(golden["instances"]) == len(golden["predictions"]) >= 5
    assert all(any(row[feature] is None for row in golden["instances"]) for feature in nullable)
    answered = {prediction.get("label") for prediction in golden["predictions"]} - {None}
    assert answered == set(manifest.get("labels", []))


def test_both_models_of_an_area_hold_out_the_same_records() -> None:
    """Row i of progression and high-risk is one patient, so one call to the area can serve both."""
    progression, _ = held_out("clinic/progression", 20)
    high_risk, _ = held_out("clinic/high-risk", 20)

    assert [row["bmi"] for row in progression] == [row["bmi"] for row in high_risk]


def test_missing_values_were_learned() -> None:
    """Training rows of high-risk lack some of sex and glu, and the estimator knows the token."""
    candidate = SAMPLES["clinic/high-risk"]()

    for name in ("sex", "glu"):
        missing = sum(row[name] is None for row in candidate.training_rows)
        assert 0.02 < missing / len(candidate.training_rows) < 0.08
    encoder = candidate.estimator[0].named_transformers_["onehotencoder"]
    assert encoder.categories_[0].tolist() == ["1", "2", "unknown"]


def test_high_risk_is_the_top_quarter() -> None:
    """A quarter of the patients are at high risk: those with the highest progression."""
    manifest = shipped("clinic/high-risk", "manifest.json")

    assert manifest["labels"] == ["high", "usual"]
    assert manifest["metrics"]["accuracy_of_commonest_label"] == pytest.approx(0.75, abs=0.01)


def test_no_winery_model_takes_what_the_other_gives() -> None:
    """Neither model of the winery needs the wine's alcohol."""
    taken = {
        feature["name"]
        for name in ("winery/alcohol", "winery/cultivar")
        for feature in shipped(name, "manifest.json")["features"]
    }

    assert "alcohol" not in taken
