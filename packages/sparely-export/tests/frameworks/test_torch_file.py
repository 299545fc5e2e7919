"""Programs of PyTorch, where torch is installed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sparely_export.frameworks.onnx_file import InvalidOnnx
from sparely_export.frameworks.opening import open_file
from sparely_export.frameworks.torch_file import TorchProgram

torch: Any = pytest.importorskip("torch")
pytest.importorskip("onnxscript")

ROWS = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0], [0.0, 0.0, 1e4]], dtype=np.float32)


def saved(folder: Path, *, free: bool = True) -> Path:
    """A network of two layers, saved as a program."""
    torch.manual_seed(0)
    layers = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2)).eval()
    shapes = ({0: torch.export.Dim("n")},) if free else None
    program = torch.export.export(layers, (torch.from_numpy(ROWS),), dynamic_shapes=shapes)
    torch.export.save(program, folder / "net.pt2")
    return folder / "net.pt2"


def test_program_answers_and_what_torch_makes_of_it_agrees(tmp_path: Path) -> None:
    """The program's own scores are the estimator's; the converted model gives the same ones to 1e-5."""
    told: list[str] = []

    opened = open_file(saved(tmp_path), tell=told.append)

    assert isinstance(opened.estimator, TorchProgram)
    assert (opened.framework, opened.packages[-1]) == ("pytorch", "torch")
    converted = opened.estimator.session.run(None, {opened.estimator.session.get_inputs()[0].name: ROWS})[0]
    np.testing.assert_allclose(opened.estimator.scores(ROWS), converted, rtol=1e-5, atol=1e-5)
    assert "pickled weights" in told[0]


def test_program_for_a_fixed_number_of_rows_is_refused(tmp_path: Path) -> None:
    """A batch of three is not what a service gets."""
    with pytest.raises(InvalidOnnx, match="expected a free first size"):
        open_file(saved(tmp_path, free=False), tell=print)


def test_file_that_is_no_program_is_refused(tmp_path: Path) -> None:
    """Torch's own message is passed on in one line."""
    (tmp_path / "net.pt2").write_bytes(b"no program")

    with pytest.raises(InvalidOnnx, match=r"torch does not convert .*net\.pt2"):
        open_file(tmp_path / "net.pt2", tell=print)
