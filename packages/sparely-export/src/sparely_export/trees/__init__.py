"""Trees of the frameworks that skl2onnx does not read, or not exactly, as ONNX operators: one form, one writer."""
