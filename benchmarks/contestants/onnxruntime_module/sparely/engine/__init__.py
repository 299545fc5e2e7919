"""sparely's engine over onnxruntime's Python module and numpy: the same names, so the handler stays as it is."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import onnxruntime


class EngineError(Exception):
    """Base of all faults of the engine."""


class ElementType(IntEnum):
    """Element types, numbered as in ONNX."""

    FLOAT = 1
    INT32 = 6
    INT64 = 7
    STRING = 8
    BOOL = 9
    DOUBLE = 11


DTYPES = {
    ElementType.FLOAT: np.float32,
    ElementType.INT32: np.int32,
    ElementType.INT64: np.int64,
    ElementType.STRING: np.object_,
    ElementType.BOOL: np.bool_,
    ElementType.DOUBLE: np.float64,
}
NAMES = {
    "tensor(float)": ElementType.FLOAT,
    "tensor(int32)": ElementType.INT32,
    "tensor(int64)": ElementType.INT64,
    "tensor(string)": ElementType.STRING,
    "tensor(bool)": ElementType.BOOL,
    "tensor(double)": ElementType.DOUBLE,
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """Flat row-major values with their type and shape."""

    element_type: ElementType
    shape: tuple
    values: object


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """What a model says of one input or output."""

    name: str
    element_type: ElementType
    shape: tuple


class Session:
    """A session of onnxruntime's Python module."""

    def __init__(self, model):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise EngineError(str(error)) from error
        self.inputs = tuple(map(spec, self.session.get_inputs()))
        self.outputs = tuple(map(spec, self.session.get_outputs()))
        self.types = {each.name: each.element_type for each in self.outputs}

    def run(self, inputs, outputs=None):
        names = list(outputs or self.types)
        given = {
            name: np.asarray(each.values, DTYPES[each.element_type]).reshape(each.shape)
            for name, each in inputs.items()
        }
        answers = self.session.run(names, given)
        return {
            name: Tensor(self.types[name], each.shape, each.ravel().tolist())
            for name, each in zip(names, answers, strict=True)
        }


def spec(each):
    shape = tuple(size if isinstance(size, int) else None for size in each.shape)
    return TensorSpec(each.name, NAMES[each.type], shape)


def library_version():
    return onnxruntime.__version__
