"""Pipelines composed by chance from a seed, each held against its estimator by the gate and by the service."""
