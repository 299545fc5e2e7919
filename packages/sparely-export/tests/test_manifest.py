"""What manifest.json says."""

import hashlib
import re
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest

from sparely.archive import to_text
from sparely.manifest import Tolerance, parse_manifest
from sparely_export.candidate import Candidate
from sparely_export.conversion import convert
from sparely_export.features import with_ranges
from sparely_export.inputs import inputs_of
from sparely_export.manifest import Card, manifest_json, versions
from sparely_export.parity import Parity


@pytest.fixture
def manifest(sum_of_inputs: Candidate) -> dict[str, Any]:
    """The manifest of toys/sum."""
    return manifest_of(sum_of_inputs, sum_of_inputs.card)


def manifest_of(candidate: Candidate, card: Card) -> dict[str, Any]:
    """Return the manifest of a candidate under a card."""
    features = with_ranges(candidate.features, candidate.training_rows)
    inputs = inputs_of(features)
    assert isinstance(candidate.tolerance, Tolerance)
    parity = Parity(5, 0, 0.0, candidate.tolerance)
    return manifest_json(card, features, inputs, convert(candidate.estimator, inputs, "sum"), parity)


def test_manifest_has_the_members_that_the_service_reads(manifest: dict[str, Any]) -> None:
    """Names, features, inputs and outputs are where the registry looks; a regressor has no labels."""
    assert (manifest["area"], manifest["name"], manifest["kind"]) == ("toys", "sum", "regressor")
    assert [feature["name"] for feature in manifest["features"]] == ["a", "b"]
    assert manifest["inputs"] == [{"name": "features", "datatype": "FP32", "features": ["a", "b"]}]
    assert manifest["outputs"] == {"value": "value"}
    assert "labels" not in manifest


def test_whoever_judges_answers_reads_the_tolerance_of_the_export(sum_of_inputs: Candidate) -> None:
    """The check of a new version, a load test and a smoke call right what the gate let through."""
    loose = replace(sum_of_inputs, tolerance=Tolerance(relative=1e-3))

    written = to_text(manifest_of(loose, loose.card))

    assert parse_manifest(written).tolerance == Tolerance(absolute=1e-5, relative=1e-3)


def test_onnx_file_is_identified(manifest: dict[str, Any], sum_of_inputs: Candidate) -> None:
    """The hash and size are those of model.onnx, and the operator sets are told."""
    content = convert(sum_of_inputs.estimator, inputs_of(sum_of_inputs.features), "sum").content

    assert manifest["onnx"] == {
        "file": "model.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "opset": {"ai.onnx": 17, "ai.onnx.ml": 1},
        "ir_version": 8,
    }


def test_training_is_told(manifest: dict[str, Any]) -> None:
    """The manifest tells the framework, versions and data that made the model."""
    assert manifest["training"] == {
        "framework": "scikit-learn",
        "versions": versions(),
        "data": {"name": "grid", "source": "https://example.org/grid", "rows": 12},
        "estimator": "LinearRegression",
    }


def test_version_follows_the_content(manifest: dict[str, Any], sum_of_inputs: Candidate) -> None:
    """Any other content is another version, of twelve hexadecimal digits."""
    other = manifest_of(sum_of_inputs, replace(sum_of_inputs.card, description="Another sentence."))

    assert re.fullmatch("[0-9a-f]{12}", manifest["version"])
    assert other["version"] != manifest["version"]
    assert manifest_of(sum_of_inputs, sum_of_inputs.card) == manifest


def test_version_is_known_whichever_distribution_provides_the_package() -> None:
    """The module sklearn comes from a distribution of another name, as xgboost may come from xgboost-cpu."""
    assert versions(["sklearn"]) == {"sklearn": versions()["scikit-learn"]}


def test_what_nothing_provides_has_no_version() -> None:
    """It is not made up."""
    with pytest.raises(PackageNotFoundError):
        versions(["nowhere_to_be_found"])


def test_a_metric_without_a_value_is_not_told(sum_of_inputs: Candidate) -> None:
    """One row has no r2, and JSON no number for that: GET /models could not be answered."""
    card = replace(sum_of_inputs.card, metrics={"r2": float("nan"), "given_rows": 1})

    assert manifest_of(sum_of_inputs, card)["metrics"] == {"given_rows": 1}
