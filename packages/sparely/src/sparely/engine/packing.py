"""From a caller's tensor to what C may see: every check on types, shapes and lengths is made here."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sparely.engine.errors import InvalidInput, MissingInput, UnknownName, shown
from sparely.engine.tensors import ElementType, Tensor, TensorSpec

# array.array's codes: C's int has 32 bits and its long long 64 wherever onnxruntime runs.
TYPE_CODES = {
    ElementType.FLOAT: "f",
    ElementType.INT32: "i",
    ElementType.INT64: "q",
    ElementType.BOOL: "B",
    ElementType.DOUBLE: "d",
}

EXPECTED = {
    ElementType.FLOAT: "a number",
    ElementType.INT32: "an integer of 32 bits",
    ElementType.INT64: "an integer of 64 bits",
    ElementType.STRING: "a string of valid Unicode",
    ElementType.BOOL: "a boolean",
    ElementType.DOUBLE: "a number",
}

# No tensor beyond these fits into a function's memory, and C never multiplies its way past 64 bits.
LARGEST_VOLUME = 2**31 - 1
LARGEST_RANK = 64
SHOWN_RANK = 10

# Not a `type` statement: an arm64 package is tried out under Python 3.11, the newest there is to emulate.
Numbers: TypeAlias = "array[int] | array[float]"
Values: TypeAlias = "array[int] | array[float] | list[bytes]"


class Packed:
    """One input, ready for C: its sizes, and its values as an array of the type's code or as UTF-8."""

    __slots__ = ("hold", "shape", "values")

    def __init__(self, shape: tuple[int, ...], values: Values) -> None:
        self.shape = shape
        self.values = values
        # While a view of an array exists nobody can resize it, and move what C reads.
        self.hold = memoryview(values) if isinstance(values, array) else None


def pack_all(specs: Sequence[TensorSpec], inputs: Mapping[str, Tensor]) -> list[Packed]:
    """
    Check all inputs against the model and convert their values, in the model's order.

    Raises:
        EngineError: an input is missing, unknown or does not fit; the sentence names it.
    """
    packed = []
    for spec in specs:
        if spec.name not in inputs:
            raise MissingInput(spec.name)
        packed.append(pack(spec, inputs[spec.name]))
    if len(inputs) != len(specs):
        known = [spec.name for spec in specs]
        raise UnknownName("input", next(name for name in inputs if name not in known), known)
    return packed


def pack(spec: TensorSpec, tensor: Tensor) -> Packed:
    """Check one tensor and convert its values; see `pack_all`."""
    if not isinstance(tensor, Tensor):
        raise InvalidInput(_place(spec), shown(tensor), "a Tensor")
    if tensor.element_type != spec.element_type:
        actual = getattr(tensor.element_type, "name", shown(tensor.element_type))
        raise InvalidInput(f"{_place(spec)}.element_type", actual, spec.element_type.name)
    shape, values = tensor.shape, tensor.values
    count = _element_count(spec, shape)
    if isinstance(values, (str, bytes, bytearray, memoryview)):
        raise InvalidInput(f"{_place(spec)}.values", shown(values), "a list or an array")
    try:
        packed = Packed(shape, _convert(spec.element_type, values))
    except (TypeError, ValueError, OverflowError) as error:
        raise _invalid_value(spec, values) from error
    if len(packed.values) != count:
        expected = f"{count} for shape {_list(shape)}"
        raise InvalidInput(f"{_place(spec)}.values", f"{len(packed.values)} long", expected)
    return packed


def _element_count(spec: TensorSpec, shape: tuple[int, ...]) -> int:
    # Also a model that states no shape has (), so there onnxruntime compares the ranks.
    sizes = spec.shape or (None,) * LARGEST_RANK
    if type(shape) is not tuple or len(shape) > LARGEST_RANK or (spec.shape and len(shape) != len(sizes)):
        raise _invalid_shape(spec, shape)
    count = volume = 1
    for size, fixed in zip(shape, sizes, strict=False):
        if type(size) is not int or size < 0 or (fixed is not None and size != fixed):
            raise _invalid_shape(spec, shape)
        count *= size
        volume *= size or 1
    if volume > LARGEST_VOLUME:
        raise _invalid_shape(spec, shape)
    return count


def _convert(element_type: ElementType, values: Sequence[Any]) -> Values:
    """Convert the values; TypeError, ValueError or OverflowError says that one does not fit."""
    if element_type is ElementType.STRING:
        return list(map(str.encode, values))
    code = TYPE_CODES[element_type]
    if type(values) is array and values.typecode == code:
        if element_type is ElementType.BOOL and max(values, default=0) > 1:
            raise ValueError
        return values
    if element_type is ElementType.BOOL and not all(type(value) is bool for value in values):
        raise TypeError
    return array(code, values)


def _invalid_value(spec: TensorSpec, values: Sequence[Any]) -> InvalidInput:
    """Name the first value that does not convert."""
    place, expected = f"{_place(spec)}.values", EXPECTED[spec.element_type]
    if isinstance(values, (list, tuple, array)):
        for index, value in enumerate(values):
            try:
                _convert(spec.element_type, values[index : index + 1])
            except (TypeError, ValueError, OverflowError):
                return InvalidInput(f"{place}[{index}]", shown(value), expected)
    return InvalidInput(place, shown(values), f"a list of values, each {expected}")


def _invalid_shape(spec: TensorSpec, shape: object) -> InvalidInput:
    sizes = ", ".join("any" if size is None else str(size) for size in spec.shape)
    expected = f"[{sizes}]" if spec.shape else "a tuple of sizes"
    return InvalidInput(f"{_place(spec)}.shape", _list(shape), expected)


def _list(shape: object) -> str:
    if not isinstance(shape, tuple):
        return shown(shape)
    more = ", ..." if len(shape) > SHOWN_RANK else ""
    return f"[{', '.join(map(shown, shape[:SHOWN_RANK]))}{more}]"


def _place(spec: TensorSpec) -> str:
    return f'inputs["{spec.name}"]'
