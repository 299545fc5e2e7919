"""Where models come from: the samples, and the exporter that turns a fitted estimator into a served model."""
