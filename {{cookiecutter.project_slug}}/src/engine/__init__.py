"""onnxruntime's C library through ctypes: a session and its tensors, nothing of HTTP or models."""

from engine.environment import library_version
from engine.errors import EngineError
from engine.session import Session
from engine.tensors import ElementType, Tensor, TensorSpec

__all__ = ["ElementType", "EngineError", "Session", "Tensor", "TensorSpec", "library_version"]
