"""onnxruntime's C library through ctypes: a session and its tensors, nothing of HTTP or models."""

from sparely.engine.errors import EngineError
from sparely.engine.ort_environment import library_version
from sparely.engine.session import Session
from sparely.engine.tensors import ElementType, Tensor, TensorSpec

__all__ = ["ElementType", "EngineError", "Session", "Tensor", "TensorSpec", "library_version"]
