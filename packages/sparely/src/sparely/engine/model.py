"""What an opened model says of its inputs and outputs."""

from ctypes import byref, c_int, c_int64, c_size_t, c_void_p, string_at
from typing import Any

from sparely.engine.errors import InvalidModel
from sparely.engine.ort_environment import OrtEnvironment
from sparely.engine.tensors import ElementType, TensorSpec

# ONNXType, the kinds of values, in onnxruntime_c_api.h.
TENSOR = 1
KINDS = ("of unknown kind", "a tensor", "a sequence", "a map", "opaque", "a sparse tensor", "optional")
NUMBERS = frozenset(map(int, ElementType))
CARRIED = ", ".join(element_type.name for element_type in ElementType)


def read_inputs(environment: OrtEnvironment, session: c_void_p) -> tuple[TensorSpec, ...]:
    """Read the model's inputs; raises InvalidModel where the engine cannot carry one."""
    api = environment.api
    names = _read_names(environment, session, api.SessionGetInputCount, api.SessionGetInputName)
    return tuple(
        _read_spec(environment, f'Input "{name}"', name, session, api.SessionGetInputTypeInfo, index)
        for index, name in enumerate(names)
    )


def read_outputs(environment: OrtEnvironment, session: c_void_p) -> tuple[TensorSpec, ...]:
    """Read the model's outputs; raises InvalidModel where the engine cannot carry one."""
    api = environment.api
    names = _read_names(environment, session, api.SessionGetOutputCount, api.SessionGetOutputName)
    return tuple(
        _read_spec(environment, f'Output "{name}"', name, session, api.SessionGetOutputTypeInfo, index)
        for index, name in enumerate(names)
    )


def _read_names(environment: OrtEnvironment, session: c_void_p, get_count: Any, get_name: Any) -> list[str]:
    api, count, place = environment.api, c_size_t(), c_void_p()
    api.check(get_count(session, byref(count)))
    names = []
    for index in range(count.value):
        api.check(get_name(session, index, environment.allocator, byref(place)))
        # onnxruntime has parsed the name as protobuf's string, so it is UTF-8.
        names.append(string_at(place).decode("utf-8", "replace"))
        api.check(api.AllocatorFree(environment.allocator, place))
    return names


def _read_spec(
    environment: OrtEnvironment, part: str, name: str, session: c_void_p, get_type: Any, index: int
) -> TensorSpec:
    api, type_info = environment.api, c_void_p()
    api.check(get_type(session, index, byref(type_info)))
    try:
        element_type, shape = _read_tensor_type(environment, part, type_info)
        return TensorSpec(name, element_type, shape)
    finally:
        api.ReleaseTypeInfo(type_info)


def _read_tensor_type(
    environment: OrtEnvironment, part: str, type_info: c_void_p
) -> tuple[ElementType, tuple[int | None, ...]]:
    api, kind, number, rank = environment.api, c_int(), c_int(), c_size_t()
    tensor_info = c_void_p()  # a part of type_info, released with it
    api.check(api.GetOnnxTypeFromTypeInfo(type_info, byref(kind)))
    if kind.value != TENSOR:
        actual = KINDS[kind.value] if kind.value < len(KINDS) else KINDS[0]
        raise InvalidModel(part, actual, "a tensor (export classifiers with zipmap=False)")
    api.check(api.CastTypeInfoToTensorInfo(type_info, byref(tensor_info)))
    api.check(api.GetTensorElementType(tensor_info, byref(number)))
    if number.value not in NUMBERS:
        raise InvalidModel(part, f"of ONNX element type {number.value}", f"one of {CARRIED}")
    api.check(api.GetDimensionsCount(tensor_info, byref(rank)))
    sizes = (c_int64 * rank.value)()
    api.check(api.GetDimensions(tensor_info, sizes, rank))
    return ElementType(number.value), tuple(size if size >= 0 else None for size in sizes)
