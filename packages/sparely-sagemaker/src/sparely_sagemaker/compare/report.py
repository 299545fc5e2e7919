"""The comparison as a table, the bills, and a picture; figures that others published may stand beside ours."""

import contextlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any, get_args

from sparely_sagemaker.compare import costs
from sparely_sagemaker.compare.contestants import CONTESTANTS, Contestant
from sparely_sagemaker.compare.costs import Times
from sparely_sagemaker.compare.measuring import Load, Turn
from sparely_sagemaker.compare.priced import Priced
from sparely_sagemaker.container.settings import processors
from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.cost.bill import SECONDS_A_MONTH, Bill, Part
from sparely_toolkit.loadtest.page import Table, markdown_table
from sparely_toolkit.pictures.bars import Bar, ranking
from sparely_toolkit.pictures.drawing import to_svg
from sparely_toolkit.pictures.style import COLOURS, OTHERS

MONTHLY_REQUESTS = 5_000_000
_EXTRA_MS = (0, 5, 20, 100, 500)
_SHOWN_RATES = (1, 10, 100, 500, 1000)
NOT_KNOWN = "not known"
"""Stands where a price is missing."""


@dataclass(frozen=True, slots=True)
class Published:
    """
    A load test of the same architecture that somebody else published; rates in requests a second.

    Attributes:
        held: the capacity that it found, None where it met none.
    """

    offered: float
    failed_percent: float
    held: float | None = None


NONE_PUBLISHED: Mapping[str, Published] = MappingProxyType({})


def write(turns: Mapping[str, Sequence[Turn]], load: Load, folder: Path, priced: Priced = costs.DEFAULT) -> str:
    """Write figures, tables and picture into a folder, and give the tables."""
    results = summary(turns, load, priced)
    (folder / "compare.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    text = tables(results)
    (folder / "compare.md").write_text(text, encoding="utf-8")
    (folder / "compare.svg").write_text(picture(results), encoding="utf-8")
    return text


def tables(results: Mapping[str, Any], story: Mapping[str, Published] = NONE_PUBLISHED) -> str:
    """What was measured, and what it costs."""
    return f"{measured_table(results, story)}\n\n{cost_table(results)}\n"


def summary(turns: Mapping[str, Sequence[Turn]], load: Load, priced: Priced = costs.DEFAULT) -> dict[str, Any]:
    """Medians and spreads, with what one must know to measure again."""
    contestants = {
        key: {field.name: _spread([getattr(turn, field.name) for turn in each]) for field in fields(Turn)}
        for key, each in turns.items()
    }
    machine = {"cores": processors(), "system": f"{platform.system()} {platform.release()}"}
    rounds = len(next(iter(turns.values())))
    return {
        "date": f"{date.today()}",
        "machine": machine,
        "python": platform.python_version(),
        "rounds": rounds,
        "load": asdict(load),
        "priced": priced.document(),
        "contestants": contestants,
    }


def times(results: Mapping[str, Any]) -> dict[str, Times]:
    """What the bills need of each."""
    return {
        key: Times(each["billed_ms"]["median"], each["container_ms"]["median"])
        for key, each in results["contestants"].items()
    }


def measured_table(results: Mapping[str, Any], story: Mapping[str, Published] = NONE_PUBLISHED) -> str:
    """
    A line for each architecture.

    Args:
        story: what the story that these architectures come from says of them, by key; two columns where there is any.
    """
    highest = max(results["load"]["steps"])
    rows = []
    for contestant in _contestants(results):
        figures = {name: figure["median"] for name, figure in results["contestants"][contestant.key].items()}
        published = story.get(contestant.key)
        beside = [_published(published), f"{published.failed_percent:.2f}" if published else ""]
        rows.append(
            [
                contestant.title,
                *(beside if story else []),
                _held(figures["breaking_point"], highest),
                f"{figures['failed_percent']:.2f}",
                f"{figures['p50_ms']:g}",
                f"{figures['p95_ms']:g}",
                f"{figures['function_ms']:.2f}",
                f"{figures['container_ms']:.2f}",
                f"{figures['billed_ms']:.1f}" if figures["billed_ms"] else "",
                f"{figures['init_ms']:.0f}" if figures["init_ms"] else "",
            ]
        )
    head = [
        "Architecture",
        *(["Story: held a second", "Story: failed %"] if story else []),
        "Held a second",
        "Failed % over all steps",
        "p50 ms",
        "p95 ms",
        "Function's processor ms",
        "Containers' processor ms",
        "Billed ms",
        "Init ms",
    ]
    load = results["load"]
    steps = ", ".join(f"{rate:g}" for rate in load["steps"])
    note = (
        f"Measured {results['date']} on {results['machine']['cores']} cores, {_counted(results['rounds'], 'round')}, "
        "each architecture's own processes on one of them: medians.\n"
        f"Times at {load['rate']:g} requests a second; steps of {load['step_seconds']:g} s: {steps}."
    )
    return f"{note}\n\n{markdown_table(Table(head, rows))}"


def cost_table(results: Mapping[str, Any]) -> str:
    """Monthly USD at several steady loads, and where the order changes."""
    priced = Priced.read(results)
    unknown = costs.unknown_instances(priced, prices.load(costs.REGION))
    monthly = [MONTHLY_REQUESTS, *(rate * SECONDS_A_MONTH for rate in _SHOWN_RATES)]
    rows = []
    for contestant in _contestants(results):
        at_five_million, *at_rates = (_bill(contestant, results, requests) for requests in monthly)
        shown = [_usd(at_five_million, ",.2f"), *(_usd(each, ",.0f") for each in at_rates)]
        rows.append([contestant.title, *shown])
    head = ["USD a month", "5 million requests", *(f"{rate:g}/s steady" for rate in _SHOWN_RATES)]
    fleet = f"at least {costs.LEAST_INSTANCES} {' or '.join(priced.instances)}, busy to {costs.BUSY_SHARE:.0%}"
    basis = (
        f"{costs.REGION}, prices of the service's plan; {fleet}; functions of {costs.MEMORY_MB} MB with the billed "
        "time above.\nThe whole bill, with logs, metrics, alarms, a dashboard and transfer; no free tier."
    )
    notes = [priced.note, _lacking(unknown)]
    basis = "\n".join([basis, *filter(None, notes)])
    items = f"Item by item at 5 million requests:\n\n{markdown_table(_parts(results))}"
    ends = [] if priced.direct_instance in unknown else [_crossings(times(results), priced)]
    return "\n\n".join([basis, markdown_table(Table(head, rows)), items, *ends])


def _bill(contestant: Contestant, results: Mapping[str, Any], requests: float) -> Bill | None:
    """A month of an architecture; None where a price of it is not known."""
    with contextlib.suppress(prices.UnknownPrice):
        by_key = times(results)
        regional = prices.load(costs.REGION)
        return costs.monthly(contestant.key, by_key[contestant.key], requests, regional, Priced.read(results))
    return None


def _usd(bill: Bill | None, form: str) -> str:
    return NOT_KNOWN if bill is None else format(bill.usd, form)


def _lacking(instances: Sequence[str]) -> str:
    """That a price is missing, where to look for it, and no other in its place."""
    if not instances:
        return ""
    return (
        f"No price of {' and '.join(instances)} in {costs.REGION} is known here, so what has such an endpoint is "
        f"{NOT_KNOWN}; AWS has it on https://aws.amazon.com/sagemaker/pricing/."
    )


def _parts(results: Mapping[str, Any]) -> Table:
    """What each part of the bill costs."""
    parts = get_args(Part)
    rows = []
    for contestant in _contestants(results):
        bill = _bill(contestant, results, MONTHLY_REQUESTS)
        shown = [f"{bill.of(part):,.2f}" for part in parts] if bill else [NOT_KNOWN] * len(parts)
        rows.append([contestant.title, *shown, _usd(bill, ",.2f")])
    return Table(["USD a month", *parts, "all"], rows)


def _crossings(by_key: Mapping[str, Times], priced: Priced) -> str:
    """From which steady load on mapping templates cost less than Lambda, for models of more and more work."""
    rows = []
    for extra_ms in _EXTRA_MS:
        heavier = {key: each.with_model_of(extra_ms) for key, each in by_key.items()}
        rate = costs.cheaper_from("direct", "lambda", heavier, priced)
        shown = f"{float(f'{rate:.2g}'):,g}/s" if rate else "never"
        rows.append([f"{extra_ms:g}", shown, f"{costs.capacity(heavier['direct'], priced.direct_instance):,.0f}"])
    head = ["Model's processor ms more", "Endpoint cheaper than Lambda from", "One instance computes a second"]
    return (
        "With heavier models, in a function of one vCPU against the endpoint behind mapping templates:\n\n"
        f"{markdown_table(Table(head, rows))}"
    )


def picture(results: Mapping[str, Any], story: Mapping[str, Published] = NONE_PUBLISHED) -> str:
    """Requests a second that each held, here and in the story, as SVG; `+` is the most that was asked of it."""
    contestants, highest = _contestants(results), max(results["load"]["steps"])
    figures = [float(results["contestants"][each.key]["breaking_point"]["median"]) for each in contestants]
    title, here, published = "Requests a second held", "here, on one core", "in the story, on AWS"
    rows = [
        (each.title, [Bar(figure, _held(figure, highest), here)])
        for each, figure in zip(contestants, figures, strict=True)
    ]
    if story:
        rows = [
            (each.title, [*bars, _bar(story.get(each.key), published)])
            for each, (_, bars) in zip(contestants, rows, strict=True)
        ]
    return to_svg(ranking(title, "", rows, {here: COLOURS[0], published: OTHERS[0]}), title=title)


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")


def _held(figure: float, highest: float) -> str:
    return f"{figure:g}" + ("+" if figure >= highest else "")


def _published(test: Published | None) -> str:
    if test is None:
        return ""
    return "none met" if test.held is None else f"{test.held:g}"


def _bar(test: Published | None, kind: str) -> Bar:
    if test is None:
        return Bar(0.0, "", kind)
    if test.held is None:
        return Bar(test.offered, f"{test.offered:g}+", kind)
    return Bar(test.held, f"{test.held:g}", kind)


def _contestants(results: Mapping[str, Any]) -> list[Contestant]:
    return [each for each in CONTESTANTS if each.key in results["contestants"]]


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": round(median(values), 4), "lowest": round(min(values), 4), "highest": round(max(values), 4)}
