"""Open Inference Protocol tensors: from JSON to the engine's, and back."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from math import prod
from typing import Any

from sparely.engine import ElementType, Tensor, TensorSpec
from sparely.handler.errors import LISTED_FAULTS, Fault
from sparely.handler.tensors import to_values
from sparely.handler.validation import expected as expected_of
from sparely.handler.validation import show
from sparely.handler.values import ELEMENT_TYPES, TENSORS, ValueType
from sparely.manifest import Manifest
from sparely.record import Record

DATATYPE_NAMES = {element_type: name for name, element_type in ELEMENT_TYPES.items()}
SHOWN_SIZES = 5


class TensorType(Record):
    """
    An input of shape (n, k) as the model takes it; null in the j-th feature means `null_values[j]`.

    `accepted` are the types of its features where the estimator refuses values of the tensor's type, else nothing.
    """

    name: str
    element_type: ElementType
    shape: tuple[int | None, ...]
    features: tuple[str, ...]
    null_values: tuple[Any, ...]
    accepted: tuple[ValueType, ...] = ()

    @property
    def datatype(self) -> str:
        return DATATYPE_NAMES[self.element_type]


def tensor_types(manifest: Manifest, specs: Sequence[TensorSpec]) -> tuple[TensorType, ...]:
    """What a request must send, in the model's own order."""
    features = {each.name: each.features for each in manifest.inputs}
    null_values = {feature.name: feature.null_value for feature in manifest.prepared}
    return tuple(
        TensorType(
            name=spec.name,
            element_type=spec.element_type,
            shape=spec.shape or (None, len(features[spec.name])),
            features=features[spec.name],
            null_values=tuple(null_values[name] for name in features[spec.name]),
            accepted=_accepted(manifest, features[spec.name], spec.element_type),
        )
        for spec in specs
    )


def _accepted(manifest: Manifest, features: Sequence[str], element_type: ElementType) -> tuple[ValueType, ...]:
    if not any(feature.accepts for feature in manifest.prepared):
        return ()
    from sparely.handler.accepted import of_inputs

    return of_inputs(manifest, features, TENSORS[element_type])


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
    if spec.accepted or not TENSORS[spec.element_type].all_fit(values):
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


def _misfits(values: Sequence[Any], spec: TensorType, place: str, nested: Sequence[int]) -> Iterator[Fault]:
    types = spec.accepted or (TENSORS[spec.element_type],)
    for position, value in enumerate(values):
        takes_null = spec.null_values[position % len(spec.null_values)] is not None
        value_type = types[position % len(types)]
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
