"""Own ONNX forms of what an estimator is composed of, a file a kind; what has none here, skl2onnx converts alone."""
