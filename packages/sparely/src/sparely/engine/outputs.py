"""From onnxruntime's values (OrtValue) to tensors: the way out of C."""

from collections.abc import Sequence
from ctypes import Array, byref, c_char_p, c_int64, c_size_t, c_void_p, create_string_buffer, string_at
from math import prod
from typing import Any

from sparely.engine.errors import InvalidOutput
from sparely.engine.ort_environment import OrtEnvironment
from sparely.engine.packing import TYPE_CODES
from sparely.engine.tensors import ElementType, Tensor, TensorSpec

# The codes by which memoryview reads C's values; its "?" gives True and False.
READ_CODES: dict[ElementType, Any] = {**TYPE_CODES, ElementType.BOOL: "?"}
ITEM_BYTES = {"?": 1, "i": 4, "f": 4, "q": 8, "d": 8}

USUAL_RANK = 8


class Outputs:
    """The outputs that a run asks for, in C: their names and the slots for their values."""

    def __init__(self, environment: OrtEnvironment, specs: Sequence[TensorSpec]) -> None:
        self.api = environment.api
        self.specs = specs
        self.names = (c_char_p * len(specs))(*(spec.name.encode() for spec in specs))
        self.values = (c_void_p * len(specs))()
        self.slots = [c_void_p.from_buffer(self.values, index * 8) for index in range(len(specs))]
        self.count = len(specs)
        # Looked up here because an enum's hash is computed in Python; None is for strings.
        self._codes = [READ_CODES.get(spec.element_type) for spec in specs]
        # Scratch that C writes to, and the references to it, are made once: each costs as much as a call.
        self._info, self._rank, self._data = c_void_p(), c_size_t(), c_void_p()
        self._sizes = (c_int64 * USUAL_RANK)()
        self._info_ref, self._rank_ref, self._data_ref = map(byref, (self._info, self._rank, self._data))

    def read(self) -> dict[str, Tensor]:
        """Copy out what a run has left in the slots; `release` is due whether or not this raises."""
        return {
            spec.name: self._read(spec, slot, code)
            for spec, slot, code in zip(self.specs, self.slots, self._codes, strict=True)
        }

    def release(self) -> None:
        """Release what a run has left in the slots."""
        for slot in self.slots:
            if slot:
                self.api.ReleaseValue(slot)
                slot.value = None

    def _read(self, spec: TensorSpec, slot: c_void_p, code: Any) -> Tensor:
        shape = self._read_shape(slot)
        count = prod(shape)
        if not count:
            return Tensor(spec.element_type, shape, [])
        if code is None:
            return Tensor(spec.element_type, shape, self._read_strings(spec, slot, count))
        self.api.check(self.api.GetTensorMutableData(slot, self._data_ref))
        content = string_at(self._data, count * ITEM_BYTES[code])
        return Tensor(spec.element_type, shape, self.numbers(content, code))

    def _read_shape(self, slot: c_void_p) -> tuple[int, ...]:
        api, info = self.api, self._info
        api.check(api.GetTensorTypeAndShape(slot, self._info_ref))
        try:
            api.check(api.GetDimensionsCount(info, self._rank_ref))
            rank = self._rank.value
            sizes = self._sizes if rank <= USUAL_RANK else (c_int64 * rank)()
            api.check(api.GetDimensions(info, sizes, rank))
            return tuple(sizes[:rank])
        finally:
            api.ReleaseTensorTypeAndShapeInfo(info)

    def numbers(self, content: bytes, code: Any) -> Sequence[Any]:
        """Values of a tensor from its bytes; by another class as something else than Python's own numbers."""
        return memoryview(content).cast(code).tolist()

    def strings(self, content: bytes, starts: Array[c_size_t]) -> Sequence[Any]:
        """
        Values of a tensor from the bytes of all, and where each begins.

        Raises:
            UnicodeDecodeError: they are no UTF-8.
        """
        places = starts[:]
        ends = [*places[1:], len(content)]
        if content.isascii():  # a letter a byte: decoded at once, in a third of the time
            text = content.decode()
            return [text[start:end] for start, end in zip(places, ends, strict=True)]
        return [content[start:end].decode() for start, end in zip(places, ends, strict=True)]

    def _read_strings(self, spec: TensorSpec, slot: c_void_p, count: int) -> Sequence[Any]:
        api, length = self.api, c_size_t()
        api.check(api.GetStringTensorDataLength(slot, byref(length)))
        size = length.value
        buffer, starts = create_string_buffer(size), (c_size_t * count)()
        api.check(api.GetStringTensorContent(slot, buffer, size, starts, count))
        try:
            return self.strings(buffer.raw, starts)
        except UnicodeDecodeError:
            raise InvalidOutput(spec.name) from None
