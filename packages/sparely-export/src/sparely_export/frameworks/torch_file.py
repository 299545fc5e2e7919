"""Programs that torch.export has saved: torch converts them itself, and they are what the result is compared with."""

import contextlib
import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sparely_export.frameworks.onnx_file import InvalidOnnx, OnnxFile
from sparely_export.refusals import install_hint


class TorchProgram(OnnxFile):
    """The program as an estimator: its own answers, and beside them the model that torch makes of it."""

    framework = "pytorch"

    def __init__(self, content: bytes, module: Any, labels: Sequence[str] = ()) -> None:
        super().__init__(content, labels)
        self.module = module

    def run(self, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Answer as the program does, whose inputs and outputs stand in the same order."""
        import torch

        with torch.no_grad():
            answers = self.module(*(torch.from_numpy(values) for values in feed.values()))
        return [answer.numpy() for answer in torch.utils._pytree.tree_leaves(answers)]


def open_torch(path: Path, trusted: Sequence[str]) -> TorchProgram:
    """
    Open what torch.export.save wrote.

    Raises:
        InvalidOnnx: it is no such program, torch cannot convert it, or a row has no fixed size.
    """
    with install_hint("torch", f"opening {path.name}"):
        import torch
    with install_hint("onnxscript", f"converting {path.name}"):
        import onnxscript  # noqa: F401  (torch's exporter imports it)
    try:
        program = torch.export.load(str(path))
        with _quiet():
            converted = torch.onnx.export(program, dynamo=True, verbose=False)
    except Exception as error:
        raise InvalidOnnx(f"torch does not convert {path}: {' '.join(str(error).split())[:300]}") from error
    return TorchProgram(converted.model_proto.SerializeToString(), program.module())


@contextlib.contextmanager
def _quiet() -> Any:
    """Keep the exporter's remarks on packages that it can do without off the report."""
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(logging.NOTSET)
