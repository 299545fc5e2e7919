"""Whether a graph can be what its manifest says: the last doubt about a model, ended when it is opened."""

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from sparely.engine import ElementType, Session, TensorSpec
from sparely.handler.values import ELEMENT_TYPES
from sparely.kinds import KINDS, Member
from sparely.manifest import Feature, Input, Manifest

NUMERIC = frozenset(ElementType) - {ElementType.STRING, ElementType.BOOL}
EXTERNAL_KEY = b"location"
"""Is in every tensor whose weights are in another file, as the key of that file's name."""


def faults(manifest: Manifest, session: Session) -> Iterator[str]:
    """Say what of the graph's inputs and outputs is not what the manifest says, in sentences."""
    described = {each.name: ELEMENT_TYPES[each.datatype].name for each in manifest.inputs}
    actual = {each.name: each.element_type.name for each in session.inputs}
    if described != actual:
        yield f"inputs are {described}, the model's are {actual}."
        return
    specs = {spec.name: spec for spec in session.inputs}
    features = {feature.name: feature for feature in manifest.prepared}
    for each in manifest.inputs:
        yield from _of_input(each, specs[each.name], features)
    outputs = {spec.name: spec for spec in session.outputs}
    for member in KINDS[manifest.kind]:
        name = manifest.outputs.get(member.role)
        if name is None:
            continue
        if name not in outputs:
            yield f'output "{name}" is not one of the model\'s: {", ".join(sorted(outputs)) or "it has none"}.'
        else:
            yield from _of_output(member, outputs[name], manifest.labels)
            if member.form == "label":
                yield from _of_labels(outputs[name], manifest.document.get("labels", ()))


def _of_input(each: Input, spec: TensorSpec, features: dict[str, Feature]) -> Iterator[str]:
    if not _may_be(spec.shape, len(each.features)):
        yield f'input "{each.name}" has shape {_shown(spec.shape)}; its features want [rows, {len(each.features)}].'
    for feature in (features[name] for name in each.features):
        subject = f'feature "{feature.name}" of input "{each.name}", which is {each.datatype},'
        if (feature.type == "string") is not (each.datatype == "BYTES"):
            yield f"{subject} has type {feature.type}."
        elif feature.takes_null and isinstance(feature.null_value, str) is not (each.datatype == "BYTES"):
            yield f"{subject} has null {feature.null_value}."
        elif feature.takes_null and each.datatype in ("INT32", "INT64", "BOOL"):
            yield f"{subject} has null nan, which only FP32 and FP64 can hold."


def _of_output(member: Member, spec: TensorSpec, columns: Sequence[str]) -> Iterator[str]:
    if member.has_columns:
        if not columns:
            yield f'output "{spec.name}" has columns, and the manifest has no labels or targets for them.'
        elif not _may_be(spec.shape, len(columns)):
            wanted = f"[rows, {len(columns)}]"
            yield f'output "{spec.name}" has shape {_shown(spec.shape)}; its {len(columns)} labels want {wanted}.'
    elif not (_may_be(spec.shape, 1) or (len(spec.shape) == 1 and spec.shape[0] is None)):
        yield f'output "{spec.name}" has shape {_shown(spec.shape)}; one value a row wants [rows] or [rows, 1].'
    if member.is_numeric and spec.element_type not in NUMERIC:
        yield f'output "{spec.name}" is of {spec.element_type.name}, which is no number.'


def _of_labels(spec: TensorSpec, labels: Sequence[object]) -> Iterator[str]:
    """What the graph gives is one of the manifest's labels only where both are texts, or both are none."""
    is_text = spec.element_type is ElementType.STRING
    for label in labels:
        if isinstance(label, str) is not is_text:
            shown, what = (f'"{label}"', "a text") if isinstance(label, str) else (label, "none")
            yield f'output "{spec.name}" is of {spec.element_type.name}, and the label {shown} is {what}.'
            return


def _may_be(shape: Sequence[int | None], width: int) -> bool:
    """Whether a declared shape may be (n, width); one that is not declared may be any."""
    return not shape or (len(shape) == 2 and shape[0] is None and shape[1] in (None, width))


def _shown(shape: Sequence[int | None]) -> str:
    return f"[{', '.join('rows' if size is None else str(size) for size in shape)}]"


def external_file(content: bytes) -> str:
    """
    The file beside a model that holds a part of its weights; empty where there is none.

    Its bytes are in no digest, and where it is looked for depends on the working directory. Source: message
    TensorProto, members external_data and data_location, in onnx/onnx.proto of onnx/onnx.
    """
    if EXTERNAL_KEY not in content:
        return ""
    try:
        return next(_external(memoryview(content), "model"), "")
    except (IndexError, ValueError):  # no protobuf, which the engine says in its own words
        return ""


# The fields of onnx.proto's messages that may hold tensors, with the names of what they hold.
PARTS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "function": {7: "node"},
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
}
DATA_LOCATION, EXTERNAL_DATA, EXTERNAL = 14, 13, 1


def _external(message: memoryview, kind: str) -> Iterator[str]:
    """The files that a message's tensors name."""
    if kind == "tensor":
        fields = list(_fields(message))
        if (DATA_LOCATION, EXTERNAL) in fields:
            entries = [
                dict(_fields(value)) for number, value in fields if number == EXTERNAL_DATA and _is_message(value)
            ]
            names = {_text(each.get(1)): _text(each.get(2)) for each in entries}
            yield names.get(EXTERNAL_KEY.decode(), "another file")
        return
    for number, value in _fields(message):
        if number in PARTS[kind] and _is_message(value):
            yield from _external(value, PARTS[kind][number])


def _is_message(value: int | memoryview) -> TypeGuard[memoryview]:
    return isinstance(value, memoryview)


def _text(value: int | memoryview | None) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview) else ""


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and value of a message's fields. Source: https://protobuf.dev/programming-guides/encoding/."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, place = _varint(message, place)
            yield number, value
        elif wire == 2:
            size, place = _varint(message, place)
            yield number, message[place : place + size]
            place += size
        elif wire in (1, 5):
            place += 8 if wire == 1 else 4
        else:
            raise ValueError(wire)


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return value, place
        shift += 7
