"""The README's table, from results.json, between its two marks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures of make bench -->", "<!-- end of figures -->"
SHOWN = ("service", "onnxruntime-module", "fastapi-mangum", "pandas-joblib", "pandas-joblib-plain")


def replace_figures(readme: Path, results: Mapping[str, Any]) -> None:
    """
    Write the table anew; what is outside the marks stays.

    Raises:
        ValueError: the README has not both marks.
    """
    replace_between(readme, BEGIN, END, figures(results))


def replace_between(document: Path, begin: str, end: str, text: str) -> None:
    """
    Put a text between two marks of a document.

    Raises:
        ValueError: it has not both.
    """
    before, began, rest = document.read_text("utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not (began and ended):
        raise ValueError(f"{document.name} lacks {begin} or {end}.")
    document.write_text(f"{before}{begin}\n{text}{end}{after}", "utf-8")


def figures(results: Mapping[str, Any]) -> str:
    """The table and the sentence that says where and when it was measured."""
    machine = results["machine"]
    heads = ["", "zip", "unzipped", "init", "peak memory", "warm p50", "requests a second", "USD a million"]
    lines = [f"| {' | '.join(heads).lstrip()} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    lines += [_line(results["contestants"][key]) for key in SHOWN]
    source = (
        "AWS' runtime client in AWS' emulator, one environment, one vCPU, medians; Lambda's price without the API's"
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
