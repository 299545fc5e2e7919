"""The way from a fitted estimator to files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.export import Candidate, export
from sparely_export.parity import ParityError

type WineCandidate = Callable[[Any], Candidate]


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def stubborn(wine_candidate: WineCandidate) -> Candidate:
    """Calibrated trees behind a scaler, which keep parity in no type: their steps answer otherwise in ONNX."""
    forest = RandomForestClassifier(n_estimators=10, max_depth=4, random_state=0)
    return wine_candidate(make_pipeline(StandardScaler(), CalibratedClassifierCV(forest, cv=3, method="isotonic")))


def test_three_files_are_written(sum_of_inputs: Candidate, tmp_path: Path) -> None:
    """An export writes model, manifest and golden rows to area and name, and returns the manifest."""
    manifest = export(sum_of_inputs, tmp_path)

    written = files(tmp_path)
    assert sorted(written) == [f"toys/sum/{name}" for name in ("golden.json", "manifest.json", "model.onnx")]
    assert json.loads(written["toys/sum/manifest.json"]) == manifest


def test_golden_answers_are_the_estimators(sum_of_inputs: Candidate, tmp_path: Path) -> None:
    """Golden rows are held-out rows with the sums that the estimator gives."""
    export(sum_of_inputs, tmp_path)

    golden = json.loads((tmp_path / "toys/sum/golden.json").read_text())
    assert golden["instances"] == sum_of_inputs.held_out_rows
    assert [prediction["value"] for prediction in golden["predictions"]] == pytest.approx(
        [row["a"] + row["b"] for row in golden["instances"]]
    )


def test_forest_keeps_parity(wine_candidate: WineCandidate, tmp_path: Path) -> None:
    """A forest on unscaled values agrees with its estimator, at the thresholds too."""
    forest = RandomForestClassifier(n_estimators=20, max_depth=4, random_state=0)

    parity = export(wine_candidate(forest), tmp_path)["parity"]

    assert parity["threshold_rows"] > 100
    assert parity["labels_differing"] == 0
    assert parity["largest_difference"] < 1e-6


def test_model_that_differs_is_refused(stubborn: Candidate, tmp_path: Path) -> None:
    """The gate finds answers that differ, and says where and by how much."""
    with pytest.raises(ParityError, match="usual cause is a scaler") as caught:
        export(stubborn, tmp_path)

    assert max(entry.size or 0 for entry in caught.value.differences) > 0.01
    assert {entry.probe.origin for entry in caught.value.differences} >= {"threshold", "held-out"}


def test_nothing_is_written_on_refusal(stubborn: Candidate, tmp_path: Path) -> None:
    """A refused model leaves no file and no folder."""
    with pytest.raises(ParityError):
        export(stubborn, tmp_path / "models")

    assert list(tmp_path.iterdir()) == []


def test_older_model_stands_after_a_refusal(stubborn: Candidate, wine_candidate: WineCandidate, tmp_path: Path) -> None:
    """A refused model does not touch the one that is served under its name."""
    export(wine_candidate(RandomForestClassifier(n_estimators=2, max_depth=2, random_state=0)), tmp_path)
    before = files(tmp_path)

    with pytest.raises(ParityError):
        export(stubborn, tmp_path)

    assert files(tmp_path) == before
