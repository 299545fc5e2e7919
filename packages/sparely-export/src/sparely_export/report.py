"""What an export tells the person who ran it: a page of a model that was added, or a line."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from sparely_export.add_model import Added
from sparely_export.features import NEVER_SENT
from sparely_export.precision import NAMES, Attempt
from sparely_export.registries.fetched import Source
from sparely_export.trees.shrinking import Shrunk
from sparely_export.trees.size import nodes_written

FEATURES = "  features"
"""The line before those of the features."""
WORDS_SHOWN = 5
OTHER_NAMES = {"INT64": "int64", "BYTES": "strings"}
BY_ORDER = "the model was fitted without names: these are the data's columns in their order, which must be its own"
LEAST_WIDTH = 40
FEW_ROWS = 30
"""Of fewer rows ranges, categories and quantiles say little, and so does a comparison."""


def line(manifest: Mapping[str, Any]) -> str:
    """Return the model's size, parity and metrics in one line."""
    parity, size_kb = manifest["parity"], manifest["onnx"]["bytes"] / 1000
    return (
        f"{manifest['area']}/{manifest['name']} {manifest['version']}: {size_kb:.1f} kB; "
        f"parity on {parity['rows']} rows ({parity['threshold_rows']} at thresholds), "
        f"largest difference {parity['largest_difference']:g}; {_metrics(manifest)}"
    )


def page(added: Added) -> str:
    """Return what was understood of the model and its rows, tried, compared and written."""
    prepared, described, warning, cost, effort = added
    manifest = prepared.manifest
    parity = manifest["parity"]
    warnings = [each for each in (warning, _few(len(described.rows))) if each]
    lines = [
        f"{manifest['area']}/{manifest['name']} {manifest['version']}: {manifest['kind']}, "
        f"{manifest['training']['estimator']}",
        *_from(manifest),
        FEATURES,
        *(f"    {_feature(entry)}" for entry in manifest["features"]),
        *_prepared(manifest.get("prepared", [])),
        *([f"    not taken: {', '.join(described.ignored)}"] if described.ignored else []),
        *([f"    {BY_ORDER}"] if described.by_order else []),
        "  numbers",
        *(f"    {_attempt(entry)}" for entry in prepared.tried),
        f"  parity on {parity['rows']} rows, {parity['threshold_rows']} of them at trees' thresholds: "
        f"all labels equal, largest difference {parity['largest_difference']:g}, "
        f"allowed {_absolute(parity)} + {parity['relative_tolerance']:g} * |expected|",
        *([f"  NOTE: {parity['note']}"] if "note" in parity else []),
        f"  {manifest['onnx']['bytes'] / 1000:.1f} kB{_left_out(prepared.tried[-1])}",
        *_shrunk(prepared.tried[-1]),
        *([f"  {cost}", f"  {cost.cold_start}"] if cost else []),
        *([f"  {effort}"] if effort else []),
        *(f"  WARNING: {each}" for each in warnings),
    ]
    return "\n".join([*lines, f"  {_metrics(manifest)}"])


def _left_out(attempt: Attempt) -> str:
    """How much smaller the trees are than the estimator's, where they are."""
    converted = attempt.kept.converted if attempt.kept else None
    if converted is None or not converted.left_out:
        return ""
    before = nodes_written(converted.proto) + converted.left_out
    share = 100 * converted.left_out / before
    return (
        f", without {converted.left_out:,} of the {before:,} nodes of its trees ({share:.2g} %), "
        "which decide nothing: both of their sides answer the same"
    )


def _shrunk(attempt: Attempt) -> list[str]:
    shrunk = attempt.kept.converted.shrunk if attempt.kept else None
    return [f"  {of_trees(shrunk)}"] if shrunk else []


def of_trees(shrunk: Shrunk) -> str:
    """By how much the trees became smaller as they were written."""
    return (
        f"trees: {_bytes(shrunk.before)} -> {_bytes(shrunk.after)}, {shrunk.share:.0f} % less for the same answers: "
        "what is equal is written once"
    )


def _bytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1000:.1f} kB"


def _metrics(manifest: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in manifest["metrics"].items())


def _absolute(parity: Mapping[str, Any]) -> str:
    """The absolute part of the tolerance, of the column that has the least to that of the one that has the most."""
    each = {float(value) for value in parity.get("absolute_tolerances", {}).values()} or {parity["absolute_tolerance"]}
    return f"{min(each):g}" if len(each) == 1 else f"{min(each):g} to {max(each):g}, by column,"


def _from(manifest: Mapping[str, Any]) -> list[str]:
    source = manifest["training"].get("source")
    return [f"  from {Source(**source)}"] if source else []


def _few(rows: int) -> str | None:
    if rows >= FEW_ROWS:
        return None
    return f"{rows} row{'s' * (rows > 1)} compare little, and ranges and categories are only those seen; give hundreds."


def _prepared(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """The estimator's own features, where `prepare` makes them."""
    return ["  of which prepare makes", *(f"    {_feature(entry)}" for entry in entries)] if entries else []


def wrapped(text: str, width: int) -> str:
    """The page in lines of at most a width, as far as its words allow; what goes on is indented."""
    wrapper = textwrap.TextWrapper(max(width, LEAST_WIDTH), break_long_words=False, break_on_hyphens=False)
    lines = []
    for line in text.splitlines():
        wrapper.initial_indent = line[: len(line) - len(line.lstrip())]
        wrapper.subsequent_indent = f"{wrapper.initial_indent}    "
        lines += wrapper.wrap(line.lstrip())
    return "\n".join(lines)


def values_of(entry: Mapping[str, Any]) -> str:
    """What a feature's values were in the rows, and which of them the service takes."""
    return f"{_seen(entry)}{_accepts(entry.get('accepts'))}".removeprefix(", ").removeprefix("; ").strip()


def _feature(entry: Mapping[str, Any]) -> str:
    unit = f" of {entry['unit']}" if "unit" in entry else ""
    accepts = _accepts(entry.get("accepts"))
    return f"{entry['name']}: {entry['type']}{unit}{_seen(entry)}{_null(entry['null'])}{accepts}"


def _seen(entry: Mapping[str, Any]) -> str:
    if entry["type"] == "string":
        words = entry.get("categories", [])
        more = f" and {len(words) - WORDS_SHOWN} more" if len(words) > WORDS_SHOWN + 1 else ""
        shown = words[:WORDS_SHOWN] if more else words
        return f", one of {', '.join(shown)}{more}" if words else ""
    return "" if entry["type"] == "boolean" else f" from {entry['minimum']:g} to {entry['maximum']:g}"


def _accepts(accepts: Mapping[str, Any] | None) -> str:
    """What the service answers with 422 since the estimator refuses it."""
    if not accepts:
        return ""
    if "values" in accepts:
        count = len(accepts["values"])
        return f"; the estimator refuses all but {count} value{'s' * (count > 1)}, and so does the service (422)"
    bounds = ", ".join(f"{name} {value:g}" for name, value in accepts.items() if name != "without")
    refused = [f"others than {bounds}"] if bounds else []
    refused += [f"{value:g}" for value in accepts.get("without", ())]
    return f"; the estimator refuses {' and '.join(refused)}, and so does the service (422)"


def _null(null: Any) -> str:
    if isinstance(null, str):
        return {"refused": "", "nan": "; null is allowed", "none": "; null is allowed, prepare gets None"}[null]
    return "; null is allowed" if null["token"] == NEVER_SENT else f'; null means "{null["token"]}"'


def _attempt(attempt: Attempt) -> str:
    name = {**NAMES, **OTHER_NAMES}[attempt.datatype]
    speed = f", {attempt.row_us:.0f} us a row" if attempt.row_us else ""
    if attempt.kept:
        return f"{name}: kept, it agrees{speed}"
    first = str(attempt.failure).splitlines()[0].partition(". ")[0]
    return f"{name}: not enough{speed}: {first}"
