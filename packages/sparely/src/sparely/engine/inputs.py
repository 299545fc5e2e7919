"""From packed values to onnxruntime's values (OrtValue): the way into C."""

from array import array
from collections.abc import Sequence
from ctypes import Array, byref, c_char_p, c_int64, c_void_p, cast, memmove
from functools import lru_cache

from sparely.engine.ort_environment import OrtEnvironment
from sparely.engine.packing import Numbers, Packed
from sparely.engine.tensors import ElementType, TensorSpec

MANY_STRINGS = 100


class Inputs:
    """A session's inputs in C: their names and the slots for their values, made once and used again."""

    def __init__(self, environment: OrtEnvironment, specs: Sequence[TensorSpec]) -> None:
        self.environment = environment
        self.specs = specs
        self.names = (c_char_p * len(specs))(*(spec.name.encode() for spec in specs))
        self.values = (c_void_p * len(specs))()
        self.slots = [c_void_p.from_buffer(self.values, index * 8) for index in range(len(specs))]
        self.count = len(specs)

    def create(self, packed: Sequence[Packed]) -> None:
        """
        Create every input's value; `release` is due whether or not this raises.

        Numbers are read where they lie, so `packed` must outlive the values. Strings are copied.
        """
        for spec, tensor, slot in zip(self.specs, packed, self.slots, strict=True):
            if isinstance(tensor.values, array):
                self._create_numbers(spec.element_type, tensor.shape, tensor.values, slot)
            else:
                self._create_strings(tensor.shape, tensor.values, slot)

    def release(self) -> None:
        """Release what `create` made."""
        for slot in self.slots:
            if slot:
                self.environment.api.ReleaseValue(slot)
                slot.value = None

    def _create_numbers(
        self, element_type: ElementType, shape: tuple[int, ...], values: Numbers, slot: c_void_p
    ) -> None:
        environment = self.environment
        address, count = values.buffer_info()
        length = count * values.itemsize
        status = environment.api.CreateTensorWithDataAsOrtValue(
            environment.memory, address, length, _sizes(shape), len(shape), element_type, byref(slot)
        )
        environment.api.check(status)

    def _create_strings(self, shape: tuple[int, ...], values: list[bytes], slot: c_void_p) -> None:
        environment, api = self.environment, self.environment.api
        status = api.CreateTensorAsOrtValue(
            environment.allocator, _sizes(shape), len(shape), ElementType.STRING, byref(slot)
        )
        api.check(status)
        if b"\0" in b"".join(values):
            self._copy_one_by_one(values, slot)
        else:
            api.check(api.FillStringTensor(slot, _pointers(values), len(values)))

    def _copy_one_by_one(self, values: list[bytes], slot: c_void_p) -> None:
        # FillStringTensor ends a string at its first NUL; this way is slower and takes any byte.
        api, place = self.environment.api, c_void_p()
        for index, value in enumerate(values):
            api.check(api.GetResizedStringTensorElementBuffer(slot, index, len(value), byref(place)))
            memmove(place, value, len(value))


def _pointers(values: list[bytes]) -> Array[c_char_p]:
    """Where strings lie; they must outlive this."""
    if len(values) >= MANY_STRINGS and len(different := {*values}) * 2 <= len(values):
        # ctypes looks at each value for 0.2 us, and of many rows the same few categories come again and again.
        places = {value: cast(c_char_p(value), c_void_p).value or 0 for value in different}
        return (c_char_p * len(values)).from_buffer(array("Q", map(places.__getitem__, values)))
    return (c_char_p * len(values))(*values)


@lru_cache(maxsize=64)
def _sizes(shape: tuple[int, ...]) -> Array[c_int64]:
    # C only reads them, so equal shapes share one array: making it costs as much as a call of C.
    return (c_int64 * len(shape))(*shape)
