"""What an export tells the person who ran it, one line a model."""

from collections.abc import Mapping
from typing import Any


def line(manifest: Mapping[str, Any]) -> str:
    """Return the model's size, parity and metrics in one line."""
    parity, size_kb = manifest["parity"], manifest["onnx"]["bytes"] / 1000
    metrics = ", ".join(f"{name} {value:g}" for name, value in manifest["metrics"].items())
    return (
        f"{manifest['area']}/{manifest['name']} {manifest['version']}: {size_kb:.1f} kB; "
        f"parity on {parity['rows']} rows ({parity['threshold_rows']} at thresholds), "
        f"largest difference {parity['largest_difference']:g}; {metrics}"
    )
