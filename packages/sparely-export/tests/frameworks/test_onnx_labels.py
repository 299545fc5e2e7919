"""The classes that a ready .onnx file names itself."""

from pathlib import Path

import numpy as np
import pytest
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

from sparely_export.frameworks.onnx_file import InvalidOnnx, open_onnx

ROWS = np.random.default_rng(1).normal(size=(60, 2)).astype(np.float32)
WORDS = np.array(["low", "middle", "top"])


def converted(folder: Path, labels: np.ndarray) -> Path:
    """What another converter wrote: a label and probabilities."""
    model = LogisticRegression().fit(ROWS, labels)
    path = folder / "model.onnx"
    path.write_bytes(to_onnx(model, ROWS[:1], options={"zipmap": False}).SerializeToString())
    return path


@pytest.mark.parametrize("count", [2, 3])
def test_classes_are_read_off_the_file(tmp_path: Path, count: int) -> None:
    """In the order of the probabilities, of two classes as of more."""
    place = np.digitize(ROWS[:, 0], [-0.4, 0.4]) if count == 3 else (ROWS[:, 0] > 0).astype(int)

    model = open_onnx(converted(tmp_path, WORDS[place]), ())

    assert (model.task.kind, model.task.labels) == ("classifier", tuple(WORDS[:count]))
    assert set(model.predict(ROWS)) == set(WORDS[:count])


def test_probabilities_of_unnamed_classes_are_asked_about(tmp_path: Path) -> None:
    """Two that add up to 1 are no labels by themselves."""
    model = open_onnx(converted(tmp_path, (ROWS[:, 0] > 0).astype(int)), ())

    with pytest.raises(InvalidOnnx) as refusal:
        _ = model.task

    assert str(refusal.value) == (
        "its 2 numbers a row add up to 1, the probabilities of as many classes: name these in their order with "
        "--labels, or say --kind multi-regressor if they are shares of something else. Nothing was "
        "written."
    )
