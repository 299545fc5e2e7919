"""The comparison as a table beside the story's, the bills, and a picture."""

import os
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from sparely_sagemaker.compare import costs
from sparely_sagemaker.compare.contestants import CONTESTANTS, Contestant
from sparely_sagemaker.compare.costs import Times
from sparely_sagemaker.compare.measuring import Load, Turn
from sparely_sagemaker.compare.picture import bars as picture_of
from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.cost.bill import SECONDS_A_MONTH
from sparely_toolkit.loadtest.page import Table, markdown_table

STORY = Path(prices.__file__).parents[1] / "scenarios" / "story.toml"
STORY_REQUESTS = 5_000_000
_EXTRA_MS = (0, 5, 20, 100, 500)
_SHOWN_RATES = (1, 10, 100, 500, 1000)


def summary(turns: Mapping[str, Sequence[Turn]], load: Load) -> dict[str, Any]:
    """Medians and spreads, with what one must know to measure again."""
    found = {
        key: {field.name: _spread([getattr(turn, field.name) for turn in each]) for field in fields(Turn)}
        for key, each in turns.items()
    }
    machine = {"cores": len(os.sched_getaffinity(0)), "system": f"{platform.system()} {platform.release()}"}
    rounds = len(next(iter(turns.values())))
    return {
        "date": f"{date.today()}",
        "machine": machine,
        "python": platform.python_version(),
        "rounds": rounds,
        "load": asdict(load),
        "contestants": found,
    }


def times(results: Mapping[str, Any]) -> dict[str, Times]:
    """What the bills need of each."""
    return {
        key: Times(each["billed_ms"]["median"], each["container_ms"]["median"])
        for key, each in results["contestants"].items()
    }


def measured_table(results: Mapping[str, Any]) -> str:
    """The story's table with ours beside it."""
    told = _story()
    highest = max(results["load"]["steps"])
    rows = []
    for contestant in _field(results):
        of = told[contestant.story] if contestant.story is not None else None
        each = {name: figure["median"] for name, figure in results["contestants"][contestant.key].items()}
        rows.append(
            [
                contestant.title,
                _told(of),
                f"{of['failed_percent']:.2f}" if of else "",
                _held(each["breaking_point"], highest),
                f"{each['failed_percent']:.2f}",
                f"{each['p50_ms']:g}",
                f"{each['p95_ms']:g}",
                f"{each['function_ms']:.2f}",
                f"{each['container_ms']:.2f}",
                f"{each['billed_ms']:.1f}" if each["billed_ms"] else "",
                f"{each['init_ms']:.0f}" if each["init_ms"] else "",
            ]
        )
    head = [
        "Architecture",
        "Story: held a second",
        "Story: failed %",
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
    given, by_key = prices.load(costs.REGION), times(results)
    rows = []
    for contestant in _field(results):
        key = contestant.key
        at_story = costs.monthly(key, by_key[key], STORY_REQUESTS, given).usd
        at_rates = [costs.monthly(key, by_key[key], rate * SECONDS_A_MONTH, given).usd for rate in _SHOWN_RATES]
        rows.append([contestant.title, f"{at_story:,.2f}", *(f"{usd:,.0f}" for usd in at_rates)])
    head = ["USD a month", "5 million requests", *(f"{rate:g}/s steady" for rate in _SHOWN_RATES)]
    fleet = f"at least {costs.LEAST_INSTANCES} {costs.INSTANCE}, busy to {costs.BUSY_SHARE:.0%}"
    basis = (
        f"{costs.REGION}, prices of the service's plan; {fleet}; functions of {costs.MEMORY_MB} MB with the billed "
        "time above.\nLogs and transfer, which all have, are left out."
    )
    return f"{basis}\n\n{markdown_table(Table(head, rows))}\n\n{_crossings(by_key)}"


def _crossings(by_key: Mapping[str, Times]) -> str:
    """From which steady load on mapping templates cost less than Lambda, for models of more and more work."""
    rows = []
    for extra_ms in _EXTRA_MS:
        heavier = {key: each.with_model_of(extra_ms) for key, each in by_key.items()}
        rate = costs.cheaper_from("direct", "lambda", heavier)
        shown = f"{float(f'{rate:.2g}'):,g}/s" if rate else "never"
        rows.append([f"{extra_ms:g}", shown, f"{costs.capacity(heavier['direct']):,.0f}"])
    head = ["Model's processor ms more", "Endpoint cheaper than Lambda from", "One instance computes a second"]
    return (
        "With heavier models, in a function of one vCPU against the endpoint behind mapping templates:\n\n"
        f"{markdown_table(Table(head, rows))}"
    )


def picture(results: Mapping[str, Any]) -> str:
    """Requests a second that each held, here and in the story, as SVG; `+` is the most that was asked of it."""
    told, field, highest = _story(), _field(results), max(results["load"]["steps"])
    figures = [float(results["contestants"][each.key]["breaking_point"]["median"]) for each in field]
    here = [(figure, _held(figure, highest)) for figure in figures]
    before = [_bar(told[each.story]) if each.story is not None else (0.0, "") for each in field]
    return picture_of(
        "Requests a second held",
        [each.title for each in field],
        [("here, on one core", here), ("in the story, on AWS", before)],
    )


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")


def _held(figure: float, highest: float) -> str:
    return f"{figure:g}" + ("+" if figure >= highest else "")


def _told(test: Mapping[str, Any] | None) -> str:
    if test is None:
        return ""
    return f"{test['capacity']:g}" if "capacity" in test else "none met"


def _bar(test: Mapping[str, Any]) -> tuple[float, str]:
    held, offered = test.get("capacity"), float(test["offered"])
    return (float(held), f"{held:g}") if held else (offered, f"{offered:g}+")


def _story() -> list[dict[str, Any]]:
    return list(tomllib.loads(STORY.read_text("utf-8"))["test"])


def _field(results: Mapping[str, Any]) -> list[Contestant]:
    return [each for each in CONTESTANTS if each.key in results["contestants"]]


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": round(median(values), 4), "lowest": round(min(values), 4), "highest": round(max(values), 4)}
