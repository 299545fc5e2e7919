"""
The functions of onnxruntime's C API that the engine calls: name, place in the table, signature.

Source: struct OrtApi in include/onnxruntime/core/session/onnxruntime_c_api.h of microsoft/onnxruntime, and
the same order in csharp/src/Microsoft.ML.OnnxRuntime/NativeMethods.shared.cs. Functions are only appended.
"""

from ctypes import CFUNCTYPE, c_char_p, c_int, c_size_t, c_void_p
from typing import Any

from sparely.engine.errors import InvalidLibrary, RuntimeFault
from sparely.engine.library import OrtApiBase

# The lowest version that has every function below (the newest of them came with onnxruntime 1.15).
API_VERSION = 15
FUNCTION_COUNT = 255

# All pointers are void pointers: c_void_p takes bytes, integers, arrays and byref() without a cast.
POINTER = c_void_p


class Api:
    """The table's functions as attributes; those that return a status give None or its address."""

    def __init__(self, base: OrtApiBase, path: str) -> None:
        """Bind the table; raises InvalidLibrary where the library does not offer API_VERSION."""
        self.version: str = base.GetVersionString().decode()
        table = base.GetApi(API_VERSION)
        if not table:
            reason = f"onnxruntime {self.version} does not offer version {API_VERSION} of its C API"
            raise InvalidLibrary(path, reason)

        functions = (c_size_t * FUNCTION_COUNT).from_address(table)

        def function(index: int, *arguments: Any, result: Any = c_void_p) -> Any:
            return CFUNCTYPE(result, *arguments)(functions[index])

        def release(index: int) -> Any:
            return function(index, POINTER, result=None)

        self.GetErrorCode = function(1, POINTER, result=c_int)
        self.GetErrorMessage = function(2, POINTER, result=c_char_p)
        self.CreateEnv = function(3, c_int, c_char_p, POINTER)
        self.DisableTelemetryEvents = function(6, POINTER)
        self.CreateSessionFromArray = function(8, POINTER, POINTER, c_size_t, POINTER, POINTER)
        self.Run = function(9, POINTER, POINTER, POINTER, POINTER, c_size_t, POINTER, c_size_t, POINTER)
        self.CreateSessionOptions = function(10, POINTER)
        self.SetSessionExecutionMode = function(13, POINTER, c_int)
        self.DisableMemPattern = function(17, POINTER)
        self.DisableCpuMemArena = function(19, POINTER)
        self.SetSessionLogSeverityLevel = function(22, POINTER, c_int)
        self.SetSessionGraphOptimizationLevel = function(23, POINTER, c_int)
        self.SetIntraOpNumThreads = function(24, POINTER, c_int)
        self.SetInterOpNumThreads = function(25, POINTER, c_int)
        self.SessionGetInputCount = function(30, POINTER, POINTER)
        self.SessionGetOutputCount = function(31, POINTER, POINTER)
        self.SessionGetInputTypeInfo = function(33, POINTER, c_size_t, POINTER)
        self.SessionGetOutputTypeInfo = function(34, POINTER, c_size_t, POINTER)
        self.SessionGetInputName = function(36, POINTER, c_size_t, POINTER, POINTER)
        self.SessionGetOutputName = function(37, POINTER, c_size_t, POINTER, POINTER)
        self.CreateTensorAsOrtValue = function(48, POINTER, POINTER, c_size_t, c_int, POINTER)
        self.CreateTensorWithDataAsOrtValue = function(
            49, POINTER, POINTER, c_size_t, POINTER, c_size_t, c_int, POINTER
        )
        self.GetTensorMutableData = function(51, POINTER, POINTER)
        self.FillStringTensor = function(52, POINTER, POINTER, c_size_t)
        self.GetStringTensorDataLength = function(53, POINTER, POINTER)
        self.GetStringTensorContent = function(54, POINTER, POINTER, c_size_t, POINTER, c_size_t)
        self.CastTypeInfoToTensorInfo = function(55, POINTER, POINTER)
        self.GetOnnxTypeFromTypeInfo = function(56, POINTER, POINTER)
        self.GetTensorElementType = function(60, POINTER, POINTER)
        self.GetDimensionsCount = function(61, POINTER, POINTER)
        self.GetDimensions = function(62, POINTER, POINTER, c_size_t)
        self.GetTensorTypeAndShape = function(65, POINTER, POINTER)
        self.CreateCpuMemoryInfo = function(69, c_int, c_int, POINTER)
        self.AllocatorFree = function(76, POINTER, POINTER)
        self.GetAllocatorWithDefaultOptions = function(78, POINTER)
        self.AddSessionConfigEntry = function(130, POINTER, c_char_p, c_char_p)
        self.GetResizedStringTensorElementBuffer = function(252, POINTER, c_size_t, c_size_t, POINTER)
        self.ReleaseStatus = release(93)
        self.ReleaseSession = release(95)
        self.ReleaseValue = release(96)
        self.ReleaseTypeInfo = release(98)
        self.ReleaseTensorTypeAndShapeInfo = release(99)
        self.ReleaseSessionOptions = release(100)

    def check(self, status: int | None) -> None:
        """Raise what a status says and release it; None is success."""
        if status:
            raise self.fault(status)

    def fault(self, status: int) -> RuntimeFault:
        """The exception for a status that is not success; the status is released."""
        try:
            sentence = self.GetErrorMessage(status).decode("utf-8", "replace")
            return RuntimeFault(self.GetErrorCode(status), sentence)
        finally:
            self.ReleaseStatus(status)
