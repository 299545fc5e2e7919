"""From a candidate to three files: made together, written together or not at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely import package_size
from sparely_export.answers import Answers
from sparely_export.bundle import (
    GOLDEN_ROWS,
    TooLarge,
    check_size,
    golden_json,
    golden_rows,
    write_model,
)
from sparely_export.candidate import Candidate
from sparely_export.features import Feature, Instance
from sparely_export.parity import ParityError

WineCandidate = Callable[[Any], Candidate]
FEATURES = (Feature(name="a"), Feature(name="b", null="nan", required=False))


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def stubborn(wine_candidate: WineCandidate) -> Candidate:
    """A forest that answers otherwise than its trees: its classes are shifted by one."""
    forest = RandomForestClassifier(n_estimators=10, max_depth=4, random_state=0)
    trees = forest.predict_proba
    forest.predict_proba = lambda rows: np.roll(trees(rows), 1, axis=1)
    return wine_candidate(make_pipeline(StandardScaler(), forest))


def test_three_files_are_written(sum_of_inputs: Candidate, tmp_path: Path) -> None:
    """An export writes model, manifest and golden rows to area and name, and returns the manifest."""
    manifest = write_model(sum_of_inputs, tmp_path)

    written = files(tmp_path)
    assert sorted(written) == [f"toys/sum/{name}" for name in ("golden.json", "manifest.json", "model.onnx")]
    assert json.loads(written["toys/sum/manifest.json"]) == manifest


def test_golden_answers_are_the_estimators(sum_of_inputs: Candidate, tmp_path: Path) -> None:
    """Golden rows are held-out rows with the sums that the estimator gives."""
    write_model(sum_of_inputs, tmp_path)

    golden = json.loads((tmp_path / "toys/sum/golden.json").read_text())
    assert golden["instances"] == sum_of_inputs.held_out_rows
    assert [prediction["value"] for prediction in golden["predictions"]] == pytest.approx(
        [row["a"] + row["b"] for row in golden["instances"]]
    )


def test_forest_keeps_parity(wine_candidate: WineCandidate, tmp_path: Path) -> None:
    """A forest on unscaled values agrees with its estimator, at the thresholds too."""
    forest = RandomForestClassifier(n_estimators=20, max_depth=4, random_state=0)

    parity = write_model(wine_candidate(forest), tmp_path)["parity"]

    assert parity["threshold_rows"] > 100
    assert parity["labels_differing"] == 0
    assert parity["largest_difference"] < 1e-6


def test_model_that_differs_is_refused(stubborn: Candidate, tmp_path: Path) -> None:
    """The gate finds answers that differ, and says where and by how much."""
    with pytest.raises(ParityError, match="disagree on") as caught:
        write_model(stubborn, tmp_path)

    assert max(entry.size or 0 for entry in caught.value.differences) > 0.01
    assert {entry.probe.origin for entry in caught.value.differences} >= {"threshold", "held-out"}


def test_nothing_is_written_on_refusal(stubborn: Candidate, tmp_path: Path) -> None:
    """A refused model leaves no file and no folder."""
    with pytest.raises(ParityError):
        write_model(stubborn, tmp_path / "models")

    assert list(tmp_path.iterdir()) == []


def test_older_model_stands_after_a_refusal(stubborn: Candidate, wine_candidate: WineCandidate, tmp_path: Path) -> None:
    """A refused model does not touch the one that is served under its name."""
    write_model(wine_candidate(RandomForestClassifier(n_estimators=2, max_depth=2, random_state=0)), tmp_path)
    before = files(tmp_path)

    with pytest.raises(ParityError):
        write_model(stubborn, tmp_path)

    assert files(tmp_path) == before


def answers(*labels: str) -> Answers:
    """Return a classifier's answers."""
    return Answers(list(labels), ("p",), np.ones((len(labels), 1)))


def test_null_and_every_label_are_among_the_rows() -> None:
    """A late null and a late label are chosen, the first rows fill up, and the order is kept."""
    held_out = [{"a": index, "b": None if index == 30 else 1} for index in range(40)]
    expected = answers(*["low"] * 20, "high", *["low"] * 19)

    rows = golden_rows(FEATURES, held_out, expected)

    assert [row["a"] for row in rows] == [0, 1, 2, 3, 4, 5, 20, 30]
    assert len(rows) == GOLDEN_ROWS


def test_null_is_made_where_none_was_held_out() -> None:
    """A feature that allows null is null in a golden row even when no held-out row has it so."""
    rows = golden_rows(FEATURES, [{"a": 1, "b": 2}, {"a": 3, "b": 4}], answers("low", "low"))

    assert rows == [{"a": 1, "b": 2}, {"a": 3, "b": 4}, {"a": 1, "b": None}]


def test_the_first_row_is_the_fullest() -> None:
    """Documents show it; the others keep their order."""
    held_out: list[Instance] = [{"a": 1, "b": None}, {"a": 2, "b": None}, {"a": 3, "b": 4}, {"a": 5, "b": 6}]

    rows = golden_rows(FEATURES, held_out, answers("low", "low", "low", "low"))

    assert [row["a"] for row in rows] == [3, 1, 2, 5]


def test_the_first_row_is_full_where_only_late_rows_are() -> None:
    """It is looked for among all, not among the first."""
    held_out: list[Instance] = [*({"a": index, "b": None} for index in range(40)), {"a": 40, "b": 1}]

    rows = golden_rows(FEATURES, held_out, answers(*["low"] * 41))

    assert (rows[0], len(rows)) == ({"a": 40, "b": 1}, GOLDEN_ROWS)


def test_predictions_stand_beside_their_instances() -> None:
    """The file has instances and predictions, in one order."""
    content = golden_json([{"a": 1}], Answers(None, ("value",), np.array([[2.5]])))

    assert content == {"instances": [{"a": 1}], "predictions": [{"value": 2.5}]}


def test_small_model_has_no_warning(tmp_path: Path) -> None:
    """Some kB are nothing to speak of."""
    assert check_size("toys/sum", {"model.onnx": b"0" * 1000}, tmp_path) is None


def test_large_model_is_warned_about(tmp_path: Path) -> None:
    """The warning has the size and what makes it smaller."""
    warning = check_size("toys/sum", {"model.onnx": bytes(package_size.LARGE_BYTES + 1)}, tmp_path)

    assert warning is not None
    assert warning.startswith("10 MB is large: it is read and parsed at every cold start. Fewer or shallower trees")


def test_package_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All models count, but for the one that is replaced."""
    monkeypatch.setattr(package_size, "LIMIT_BYTES", package_size.ENGINE_BYTES + 3000)
    for name in ("sum", "product"):
        (tmp_path / "toys" / name).mkdir(parents=True)
        (tmp_path / "toys" / name / "model.onnx").write_bytes(bytes(1500))

    assert check_size("toys/sum", {"model.onnx": bytes(1400)}, tmp_path) is None
    with pytest.raises(TooLarge, match="Nothing was written"):
        check_size("toys/sum", {"model.onnx": bytes(1600)}, tmp_path)


LIMITS = {"LIMIT_BYTES": 3_000, "IMAGE_LIMIT_BYTES": 9_000, "BASE_IMAGE_BYTES": 1_000, "ENGINE_BYTES": 1_000}


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda's limits in bytes that a test has."""
    for name, value in LIMITS.items():
        monkeypatch.setattr(package_size, name, value)


@pytest.mark.usefixtures("small_limits")
def test_the_sentence_that_refuses_a_zip_points_to_the_image(tmp_path: Path) -> None:
    """With the line of template.yaml and the page."""
    with pytest.raises(TooLarge) as caught:
        check_size("toys/sum", {"model.onnx": bytes(2_500)}, tmp_path)

    assert (
        "MB as a zip. As a container image it may have 10 GB: `Package: image` under Metadata.Sparely of template.yaml "
        "(`sparely docs large-models`). Nothing was written." in str(caught.value)
    )


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("package", ["image", None])
def test_an_image_has_room_for_more(tmp_path: Path, package: str | None) -> None:
    """And so has a service that is not known."""
    check_size("toys/sum", {"model.onnx": bytes(2_500)}, tmp_path, package)

    with pytest.raises(TooLarge, match="in a container image, AWS' part included"):
        check_size("toys/sum", {"model.onnx": bytes(7_500)}, tmp_path, package)


@pytest.mark.usefixtures("small_limits")
def test_a_bundle_for_an_unknown_service_is_written_with_a_warning() -> None:
    """Whoever takes it says which service it is for."""
    warning = check_size("toys/sum", {"model.onnx": bytes(2_500)}, None, None)

    assert warning is not None
    assert "more than Lambda takes as a zip. As a container image it may have 10 GB" in warning


def test_a_model_that_no_onnx_file_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the package."""
    monkeypatch.setattr(package_size, "MODEL_LIMIT_BYTES", 1_000)

    with pytest.raises(TooLarge, match="more than 2 GB, the most that one file of that format holds"):
        check_size("toys/sum", {"model.onnx": bytes(1_001)}, tmp_path, "image")
