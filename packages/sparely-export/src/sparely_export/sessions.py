"""onnxruntime's Python module, set up as the service sets up its C library: one thread, on the processor."""

import onnxruntime

SILENT = 4


def open_session(content: bytes) -> onnxruntime.InferenceSession:
    """Open a session; what it complains of comes as an exception, not on the terminal."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = SILENT
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
