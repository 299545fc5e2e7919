"""Trees of the frameworks that skl2onnx does not read, or not exactly, in one form."""
