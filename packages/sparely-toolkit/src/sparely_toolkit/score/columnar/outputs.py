"""What the engine has computed, as Arrow takes it: no object of Python's is made of a number or a text."""

from array import array
from collections.abc import Sequence
from ctypes import Array, c_size_t
from typing import Any

import pyarrow as pa

from sparely.engine import Session
from sparely.engine.ort_environment import ort_environment
from sparely.engine.outputs import Outputs

_ARRAYS = {"f": pa.float32(), "d": pa.float64(), "i": pa.int32(), "q": pa.int64()}
_SHOWN = {"f": pa.float64(), "d": pa.float64(), "i": pa.int64(), "q": pa.int64()}
"""As what values stand in answers, by the code of their array."""


class ArrowOutputs(Outputs):
    """All outputs of a model, numbers as arrays and texts as Arrow has them; truths stay a list."""

    def __init__(self, session: Session) -> None:
        super().__init__(ort_environment(), session.outputs)

    def numbers(self, content: bytes, code: Any) -> Sequence[Any]:
        """See `Outputs`."""
        if code not in _ARRAYS:
            return super().numbers(content, code)
        values = array(code)
        values.frombytes(content)
        return values

    def strings(self, content: bytes, starts: "Array[c_size_t]") -> Sequence[Any]:
        """See `Outputs`."""
        content.decode()
        ends = bytes(starts) + bytes(c_size_t(len(content)))
        texts: Sequence[Any] = pa.LargeStringArray.from_buffers(len(starts), pa.py_buffer(ends), pa.py_buffer(content))
        return texts


def together(parts: Sequence[Any]) -> Any:
    """The values of several runs, one behind the other."""
    if not parts:
        return []
    if isinstance(parts[0], pa.Array):
        return pa.concat_arrays(parts)
    values = parts[0][:]
    for part in parts[1:]:
        values += part
    return values


def column(values: Sequence[Any], place: int, width: int) -> Any:
    """Of rows of so many values that of one place, as Arrow's array of 64 bits, truths or texts."""
    own = values[place::width]
    if isinstance(own, array):
        code = own.typecode
        return pa.Array.from_buffers(_ARRAYS[code], len(own), [None, pa.py_buffer(own)]).cast(_SHOWN[code])
    return own.cast(pa.string()) if isinstance(own, pa.Array) else pa.array(own)
