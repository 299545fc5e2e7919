"""The README's table, from results.json, between its marks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.marks import write_between

MARKS = "figures"
SHOWN = ("service", "onnxruntime-module", "fastapi-mangum", "pandas-joblib", "pandas-joblib-plain")


def replace_figures(readme: Path, results: Mapping[str, Any]) -> None:
    """
    Write the table anew; what is outside the marks stays.

    Raises:
        NoMarks: the README has none.
    """
    write_between(readme, MARKS, figures(results))


def figures(results: Mapping[str, Any]) -> str:
    """The table and the sentence that says where and when it was measured."""
    machine = results["machine"]
    heads = ["", "zip", "unzipped", "init", "peak memory", "warm p50", "requests a second", "Lambda, USD a million"]
    lines = [f"| {' | '.join(heads).lstrip()} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    lines += [_line(results["contestants"][key]) for key in SHOWN]
    source = (
        "AWS' runtime client in AWS' emulator, one environment, one vCPU, medians; "
        "Lambda's price alone, the whole bill is below"
    )
    where = f"{results['date']}, {machine['processor']}, {machine['cores']} cores"
    return "\n".join([*lines, "", f"{source}; {where}; [all of it](docs/benchmarks.md)."]) + "\n"


def _line(each: Mapping[str, Any]) -> str:
    full = each["shares"]["1"]
    zipped = f"{each['zip_bytes'] / 1e6:.1f} MB" if each["zip_bytes"] else "no zip holds it"
    cells = [
        each["title"],
        zipped,
        f"{each['unzipped_bytes'] / 1e6:.0f} MB",
        f"{full['init_ms']['median']:,.0f} ms",
        f"{full['peak_memory_mb']['median']:.0f} MB",
        f"{full['warm_p50_ms']['median']:.2f} ms",
        f"{full['warm_per_second']['median']:,.0f}",
        f"{full['usd_per_million']:.2f}",
    ]
    return f"| {' | '.join(cells)} |"
