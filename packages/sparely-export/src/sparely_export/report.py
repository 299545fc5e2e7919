"""What an export tells the person who ran it: a line a sample model, a page of one of your own."""

from collections.abc import Mapping
from typing import Any

from sparely_export.describing import Described
from sparely_export.export import Prepared
from sparely_export.precision import Attempt

WORDS_SHOWN = 5
FEW_ROWS = 30
"""Of fewer rows ranges, categories and quantiles say little, and so does a comparison."""


def line(manifest: Mapping[str, Any]) -> str:
    """Return the model's size, parity and metrics in one line."""
    parity, size_kb = manifest["parity"], manifest["onnx"]["bytes"] / 1000
    metrics = ", ".join(f"{name} {value:g}" for name, value in manifest["metrics"].items())
    return (
        f"{manifest['area']}/{manifest['name']} {manifest['version']}: {size_kb:.1f} kB; "
        f"parity on {parity['rows']} rows ({parity['threshold_rows']} at thresholds), "
        f"largest difference {parity['largest_difference']:g}; {metrics}"
    )


def whole(prepared: Prepared, described: Described, warning: str | None) -> str:
    """Return what an export of a model of your own has found, for a person to read."""
    manifest, tried = prepared.manifest, prepared.tried
    parity = manifest["parity"]
    warnings = [each for each in (warning, _few(len(described.rows))) if each]
    lines = [
        f"{manifest['area']}/{manifest['name']} {manifest['version']}: {manifest['kind']}, "
        f"{manifest['training']['estimator']}",
        "  features",
        *(f"    {_feature(entry)}" for entry in manifest["features"]),
        *([f"    not taken: {', '.join(described.ignored)}"] if described.ignored else []),
        "  numbers",
        *(f"    {_attempt(entry)}" for entry in tried),
        f"  parity on {parity['rows']} rows, {parity['threshold_rows']} of them at trees' thresholds: "
        f"all labels equal, largest difference {parity['largest_difference']:g}, "
        f"allowed {parity['absolute_tolerance']:g} + {parity['relative_tolerance']:g} * |expected|",
        f"  {manifest['onnx']['bytes'] / 1000:.1f} kB",
        *(f"  WARNING: {each}" for each in warnings),
    ]
    metrics = ", ".join(f"{name} {value:g}" for name, value in manifest["metrics"].items())
    return "\n".join([*lines, f"  {metrics}"])


def _few(rows: int) -> str | None:
    if rows >= FEW_ROWS:
        return None
    return f"{rows} row{'s' * (rows > 1)} compare little, and ranges and categories are only those seen; give hundreds."


def _feature(entry: Mapping[str, Any]) -> str:
    unit = f" of {entry['unit']}" if "unit" in entry else ""
    null, seen = entry["null"], ""
    if entry["type"] == "string":
        words = entry["categories"]
        seen = f", one of {', '.join(words[:WORDS_SHOWN])}{' ...' if len(words) > WORDS_SHOWN else ''}"
    elif entry["type"] != "boolean":
        seen = f" from {entry['minimum']:g} to {entry['maximum']:g}"
    allowed = {"refused": "", "nan": "; null is allowed"}.get(null if isinstance(null, str) else "")
    told = f'; null means "{null["token"]}"' if allowed is None else allowed
    return f"{entry['name']}: {entry['type']}{unit}{seen}{told}"


def _attempt(attempt: Attempt) -> str:
    name = {"FP32": "float32", "FP64": "float64"}[attempt.datatype]
    speed = f", {attempt.row_us:.0f} us a row" if attempt.row_us else ""
    if attempt.kept:
        return f"{name}: kept, it agrees{speed}"
    first = str(attempt.failure).splitlines()[0].partition(". ")[0]
    return f"{name}: not enough{speed}: {first}"
