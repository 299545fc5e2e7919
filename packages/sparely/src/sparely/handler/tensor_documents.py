"""Open Inference Protocol tensors: from JSON to the engine's, and back."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from math import prod
from typing import Any

from sparely.engine import ElementType, Tensor, TensorSpec
from sparely.handler.errors import LISTED_FAULTS, Fault
from sparely.handler.tensors import to_values
from sparely.handler.validation import expected as expected_of
from sparely.handler.validation import restricted, show
from sparely.handler.values import ELEMENT_TYPES, ValueType, in_tensor
from sparely.manifest import Feature, Input, Manifest
from sparely.record import Record

DATATYPE_NAMES = {element_type: name for name, element_type in ELEMENT_TYPES.items()}
SHOWN_SIZES = 5


class TensorType(Record):
    """
    An input of shape (n, k) as the model takes it; null in the j-th feature means `null_values[j]`.

    `types` are those of its features, `alike` has each of them once, with the columns that are of it.
    """

    name: str
    element_type: ElementType
    shape: tuple[int | None, ...]
    features: tuple[str, ...]
    null_values: tuple[Any, ...]
    types: tuple[ValueType, ...]
    alike: tuple[tuple[ValueType, tuple[int, ...]], ...]

    @property
    def datatype(self) -> str:
        return DATATYPE_NAMES[self.element_type]


def tensor_types(manifest: Manifest, specs: Sequence[TensorSpec]) -> tuple[TensorType, ...]:
    """What a request must send, in the model's own order."""
    inputs = {each.name: each for each in manifest.inputs}
    return tuple(tensor_type(manifest, inputs[spec.name]) for spec in specs)


def tensor_type(manifest: Manifest, taken: Input) -> TensorType:
    """The same of one input."""
    known = {feature.name: feature for feature in manifest.prepared}
    features = [known[name] for name in taken.features]
    types = tuple(_type_of(feature, taken.datatype) for feature in features)
    alike: dict[ValueType, list[int]] = {}
    for place, value_type in enumerate(types):
        alike.setdefault(value_type, []).append(place)
    return TensorType(
        name=taken.name,
        element_type=ELEMENT_TYPES[taken.datatype],
        shape=(None, len(features)),
        features=taken.features,
        null_values=tuple(feature.null_value for feature in features),
        types=types,
        alike=tuple((value_type, tuple(places)) for value_type, places in alike.items()),
    )


def _type_of(feature: Feature, datatype: str) -> ValueType:
    """What a feature takes in a tensor, less what the estimator refuses."""
    value_type = in_tensor(feature.type, datatype)
    return restricted(value_type, feature.accepts) if feature.accepts else value_type


def read_tensor(document: Mapping[str, Any], spec: TensorType, place: str) -> tuple[Tensor | None, list[Fault]]:
    """
    Read one tensor, its data flat and row-major or nested as its shape says.

    Args:
        document: `{"name": ..., "shape": [n, k], "datatype": ..., "data": [...]}`.
        place: JSON pointer to the document.

    Returns:
        The tensor, or None and what does not fit, in order, a little more than `LISTED_FAULTS` at most.
    """
    faults = [*_check_members(document, spec, place)]
    if faults:
        return None, faults
    shape, data = [*map(int, document["shape"])], document["data"]
    values = _flat(data, shape)
    if values is None:
        expected = f"{prod(shape)} values for shape {shape}, flat or nested"
        sentence = f'inputs["{spec.name}"].data has other lengths; expected {expected}.'
        return None, [Fault(f"{place}/data", sentence)]
    if not _all_fit(values, spec):
        faults = [*islice(_misfits(values, spec, place, shape[1:] if values is not data else ()), LISTED_FAULTS + 1)]
        if faults:
            return None, faults
        values = _without_nulls(values, spec)
    return Tensor(spec.element_type, tuple(shape), to_values(values, spec.element_type)), []


def _check_members(document: Mapping[str, Any], spec: TensorType, place: str) -> Iterator[Fault]:
    if document.get("datatype") != spec.datatype:
        yield _member_fault(document, "datatype", spec, place, spec.datatype)
    if not _is_shape(document.get("shape"), spec.shape):
        sizes = ", ".join("rows" if size is None else str(size) for size in spec.shape)
        yield _member_fault(document, "shape", spec, place, f"[{sizes}]")
    if type(document.get("data")) is not list:
        yield _member_fault(document, "data", spec, place, "a list of values")


def _member_fault(document: Mapping[str, Any], member: str, spec: TensorType, place: str, expected: str) -> Fault:
    where = f'inputs["{spec.name}"].{member}'
    if member not in document:
        return Fault(place, f"{where} is missing; expected {expected}.")
    return Fault(f"{place}/{member}", f"{where} is {_show(document[member])}; expected {expected}.")


def _show(value: Any) -> str:
    if type(value) is list and 0 < len(value) <= SHOWN_SIZES:
        return f"[{', '.join(map(show, value))}]"
    return show(value)


def _is_shape(shape: Any, sizes: tuple[int | None, ...]) -> bool:
    return (
        type(shape) is list
        and len(shape) == len(sizes)
        and all(type(size) in (int, float) and 0 < size < 2**31 and size == int(size) for size in shape)
        and all(fixed in (None, size) for size, fixed in zip(shape, sizes, strict=True))
    )


def _flat(data: list[Any], shape: Sequence[int]) -> list[Any] | None:
    """The data in one list, `data` itself if it is flat, or None when its lengths are not the shape's."""
    if data and type(data[0]) is list:
        size = 1
        for outer, inner in pairwise(shape):
            size *= outer
            if len(data) != size or any(type(part) is not list or len(part) != inner for part in data):
                return None
            data = [*chain.from_iterable(data)]
        return data
    return data if len(data) == prod(shape) else None


def _all_fit(values: list[Any], spec: TensorType) -> bool:
    """Whether each value fits its column, type by type in C, where `_misfits` goes value by value."""
    if len(spec.alike) == 1:
        return spec.types[0].all_fit(values)
    k = len(spec.types)
    is_one_row = len(values) == k
    for value_type, places in spec.alike:
        of_type = [values[place] for place in places] if is_one_row else _columns(values, places, k)
        if not value_type.all_fit(of_type):
            return False
    return True


def _columns(values: list[Any], places: Sequence[int], k: int) -> list[Any]:
    return [*chain.from_iterable(values[place::k] for place in places)]


def _misfits(values: Sequence[Any], spec: TensorType, place: str, nested: Sequence[int]) -> Iterator[Fault]:
    for position, value in enumerate(values):
        takes_null = spec.null_values[position % len(spec.null_values)] is not None
        value_type = spec.types[position % len(spec.types)]
        if value_type.fits(value) or (value is None and takes_null):
            continue
        steps = [*_steps(position, nested)]
        right = expected_of(value_type, value, accepts=getattr(value_type, "accepts", None))
        right = f"{right} or null" if takes_null else right
        where = f'inputs["{spec.name}"].data{"".join(f"[{step}]" for step in steps)}'
        pointer = f"{place}/data/{'/'.join(map(str, steps))}"
        yield Fault(pointer, f"{where} is {show(value)}; expected {right}.")


def _steps(position: int, nested: Sequence[int]) -> Iterator[int]:
    """Where a flat position lies in nested lists of these inner sizes."""
    for depth in range(len(nested)):
        step, position = divmod(position, prod(nested[depth:]))
        yield step
    yield position


def _without_nulls(values: Sequence[Any], spec: TensorType) -> list[Any]:
    k = len(spec.null_values)
    return [spec.null_values[place % k] if value is None else value for place, value in enumerate(values)]


def write_tensor(name: str, tensor: Tensor) -> dict[str, Any]:
    """One output tensor, its data flat and row-major."""
    return {
        "name": name,
        "datatype": DATATYPE_NAMES[tensor.element_type],
        "shape": tensor.shape,
        "data": tensor.values,
    }
