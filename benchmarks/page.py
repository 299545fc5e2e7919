"""docs/benchmarks.md and its pictures, out of results.json and nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.loadtest.cost import api_gateway, observability, prices
from sparely_toolkit.loadtest.cost.bill import Bill, Item
from sparely_toolkit.loadtest.plan import assumptions
from sparely_toolkit.loadtest.plan.observed import Observed
from sparely_toolkit.pictures import style
from sparely_toolkit.pictures.bars import Bar, ranking
from sparely_toolkit.pictures.parts import Spec

Results = Mapping[str, Any]
PAGE = Path(__file__).with_name("page.md")
FLOORS = ("import-onnxruntime", "empty")
OWN_LINES = ("service", "onnxruntime-module")
"""Those whose handler prints a line a prediction, with metrics in it; the others are blind."""
COLOURS = {"ours": style.COLOURS[0], "other": style.OTHERS[0], "floor": style.FLOOR[0]}
REGION, MILLION = "us-east-1", 1_000_000


def charts(results: Results) -> dict[str, list[Spec]]:
    """File name and charts of every picture."""
    subtitle = f"One vCPU, medians of {results['rounds']['1']} rounds, {results['date']}; less is better."
    init = _chart("Init of a cold start, ms", subtitle, results, lambda each: _median(each, "init_ms"), "{:,.0f} ms")
    memory = _chart("Peak memory, MB", subtitle, results, lambda each: _median(each, "peak_memory_mb"), "{:,.0f} MB")
    size = _chart(
        "Unzipped size, MB",
        "What Lambda unpacks; a zip may hold 262 MB.",
        results,
        lambda each: each["unzipped_bytes"] / 1e6,
        "{:,.0f} MB",
    )
    return {"benchmark-init.svg": [init], "benchmark-memory-and-size.svg": [memory, size]}


def to_markdown(results: Results) -> str:
    """Fill page.md: results first, then how to read them, then how they were made."""
    field, machine = results["contestants"], results["machine"]
    times = [f"## At {vcpu} vCPU\n\n{_times(field, vcpu)}" for vcpu in results["rounds"]]
    if "missing" in results:
        times.append(f"{results['missing']}\n")
    return PAGE.read_text("utf-8").format(
        sizes=_sizes(field),
        times="\n".join(times),
        ratios=_ratios(field),
        bill=_bill(field),
        promises=_promises(results),
        notes="\n".join(f"- {each['title']}: {each['note']}." for each in field.values()),
        plan=_plan(results),
        versions=", ".join(f"{name} {number}" for name, number in results["versions"].items()),
        package=results["package_sha256"][:12],
        **{name: results[name] for name in ("questions", "commit", "date", "python")},
        **machine,
        **results["prices"],
    )


def _sizes(field: Results) -> str:
    rows = []
    for key, each in field.items():
        full = each["shares"]["1"]
        zipped = f"{each['zip_bytes'] / 1e6:.1f} MB" if each["zip_bytes"] else "none"
        priced = key not in FLOORS
        cost = [f"{full['memory_setting_mb']} MB", f"{full['usd_per_million']:.2f} USD"] if priced else ["", ""]
        rows.append([each["title"], zipped, f"{each['unzipped_bytes'] / 1e6:.1f} MB", *cost])
    head = ["", "zip", "unzipped", "smallest memory setting", "Lambda, a million requests"]
    return _table(head, rows)


def _bill(field: Results) -> str:
    """A million requests of each on an HTTP API, part by part, by the dated prices and assumptions of the plan."""
    regional, sizes, seen = prices.load(REGION), assumptions.read().requests, Observed()
    gateway = api_gateway.requests("http", MILLION, regional).usd
    rows = []
    for key, each in field.items():
        if key in FLOORS:
            continue
        counts = key in OWN_LINES
        gb = {"its own": MILLION * sizes.line_bytes / 1024**3 if counts else 0.0}
        gb["platform"] = MILLION * sizes.platform_bytes / 1024**3
        gb["gateway"] = MILLION * sizes.access_bytes / 1024**3
        logs = observability.logs(gb, seen.log_retention_days, regional)
        metrics = observability.metrics(seen.custom_metrics if counts else 0, regional)
        function = each["shares"]["1"]["usd_per_million"]
        parts = [gateway, function, *(item.usd for item in _by_name(logs, gb)), metrics.usd]
        rows.append([each["title"], *(f"{usd:.2f}" for usd in parts), f"{sum(parts):.2f}"])
    head = [
        "USD",
        "gateway",
        "Lambda",
        "own log lines",
        "Lambda's log lines",
        "gateway's log lines",
        "metrics, a month",
    ]
    return _table([*head, "all"], rows)


def _by_name(logs: Bill, names: Results) -> list[Item]:
    """The items of these names, also those of nothing; what is kept is a hundredth and left out."""
    items = {item.name: item for item in logs.items}
    return [items.get(name, Item(name, 0, "GB", 0.0)) for name in names]


def _times(field: Results, vcpu: str) -> str:
    columns = {
        "init ms": ("init_ms", 0),
        "first answer ms": ("first_answer_ms", 0),
        "warm p50 ms": ("warm_p50_ms", 2),
        "p95 ms": ("warm_p95_ms", 2),
        "p99 ms": ("warm_p99_ms", 2),
        "a second": ("warm_per_second", 0),
        "peak memory MB": ("peak_memory_mb", 1),
    }
    rows = [
        [each["title"], *(_spread(each["shares"][vcpu][name], digits) for name, digits in columns.values())]
        for each in field.values()
    ]
    return _table(["", *columns], rows)


def _ratios(field: Results) -> str:
    columns = {
        "init": "init_ms",
        "first answer": "first_answer_ms",
        "warm p50": "warm_p50_ms",
        "peak memory": "peak_memory_mb",
    }
    base = field["service"]
    rows = []
    for each in field.values():
        times = each["shares"]["1"]["times_the_service"]
        zipped = f"{each['zip_bytes'] / base['zip_bytes']:.1f}" if each["zip_bytes"] else ""
        unzipped = f"{each['unzipped_bytes'] / base['unzipped_bytes']:.1f}"
        rows.append([each["title"], *(_spread(times[name], 2) for name in columns.values()), zipped, unzipped])
    return _table(["", *columns, "zip", "unzipped"], rows)


def _promises(results: Results) -> str:
    rows = [
        [each["what"], f"{each['figure']:.2f}", each["limit"], "yes" if each["kept"] else "**no**"]
        for each in results["promises"]
    ]
    return _table(["", "measured", "limit", "kept"], rows)


def _plan(results: Results) -> str:
    rounds, requests = results["rounds"], results["requests"]
    return "\n".join(
        f"{rounds[vcpu]} rounds at {vcpu} vCPU, each start with {requests[vcpu]} requests." for vcpu in rounds
    )


def _chart(title: str, subtitle: str, results: Results, value: Any, form: str) -> Spec:
    rows = [
        (each["title"].replace("`", ""), [Bar(value(each), form.format(value(each)), _kind(key))])
        for key, each in results["contestants"].items()
        if key != "empty"
    ]
    return ranking(title, subtitle, rows, COLOURS)


def _kind(key: str) -> str:
    return "ours" if key == "service" else "floor" if key in FLOORS else "other"


def _median(each: Results, name: str) -> float:
    return float(each["shares"]["1"][name]["median"])


def _spread(summary: Results, digits: int) -> str:
    middle, lower, upper = (f"{summary[name]:,.{digits}f}" for name in ("median", "lower", "upper"))
    return f"{middle} ({lower} - {upper})" if lower != upper else middle


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
