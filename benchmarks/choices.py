"""
`python -m benchmarks.choices [--write]`: the four choices of `api` side by side, and the bill of each, item by item.

Each service is built and served as `sparely run` serves it; the bill is that of `sparely plan`, of the same package for
all. `--write` puts the tables into docs/api-choices.md and the bill of a million requests into README.md.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from benchmarks import REPOSITORY
from benchmarks.choices_calls import REGION, added_ms, checked, credentials, routes_answered
from benchmarks.marks import write_between
from benchmarks.measurement import Summary
from benchmarks.results import circumstances_line
from sparely_toolkit.loadtest.cost.bill import Bill, Part
from sparely_toolkit.loadtest.page import Table, markdown_table
from sparely_toolkit.loadtest.plan import advice, switches
from sparely_toolkit.loadtest.plan.advice import Demand
from sparely_toolkit.loadtest.plan.architectures import ARCHITECTURES
from sparely_toolkit.loadtest.plan.planning import Question, read_demand
from sparely_toolkit.local.template import read_built
from sparely_toolkit.package.profile import profile
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import DEFAULT
from tests.support.services import APIS, built

PAGE = Path("docs", "api-choices.md")
README = Path("README.md")
VOLUMES = (1_000_000, 10_000_000)


@dataclass(frozen=True)
class Choice:
    """
    One choice, measured and priced.

    Attributes:
        routes: of the contract.
        answered: how many of them answer their example with 200.
        stranger: the status that a request without credentials gets.
        added_ms: what the caller waits for beyond the handler's own time.
        bills: by requests a month, as the template comes and with its switches at their cheapest.
    """

    api: str
    routes: int
    answered: int
    stranger: int
    added_ms: Summary
    bills: Mapping[int, tuple[Bill, Bill]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, price, print; 1 where a route is not answered or a stranger is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choices", description=main.__doc__)
    parser.add_argument("--requests", type=int, default=400, help="that each service is asked in turns, for the median")
    parser.add_argument("--apis", nargs="+", choices=APIS, default=APIS, help="otherwise all")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE} and {README}")
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {PAGE} is written")
    options = parser.parse_args(arguments)
    choices = measure(options.apis, options.requests)
    text = tables(choices, options.requests)
    print(text)
    if options.write:
        write_between(options.output / PAGE, "choices", text)
        write_between(options.output / README, "bill", readme_bill(choices))
    return 0 if all(each.answered == each.routes and each.stranger in (401, 403) for each in choices) else 1


def measure(apis: Sequence[str], requests: int) -> list[Choice]:
    """Build and serve each, ask all routes of it, then all services in turns; price them by one package's profile."""
    projects = {api: built(api) for api in apis}
    with tempfile.TemporaryDirectory() as scratch, credentials():
        folder = Path(scratch)
        answered = {api: routes_answered(project, folder / f"{api}.open") for api, project in projects.items()}
        with contextlib.ExitStack() as stack:
            callers = {
                api: stack.enter_context(checked(project, folder / f"{api}.checked"))
                for api, project in projects.items()
            }
            strangers = {api: caller.send({})[0] for api, caller in callers.items()}
            added = added_ms(callers, requests)
        bills = _bills(projects, folder)
    return [Choice(api, *answered[api], strangers[api], added[api], bills[api]) for api in apis]


def _bills(projects: Mapping[str, Project], folder: Path) -> dict[str, dict[int, tuple[Bill, Bill]]]:
    """By api and volume: as it comes and with all switches; of one package, at the memory that its plan chooses."""
    measured = folder / "profile.json"
    first = next(iter(projects.values()))
    measured.write_text(json.dumps(profile(read_built(first).function.artifact)), "utf-8")
    bills: dict[str, dict[int, tuple[Bill, Bill]]] = {api: {} for api in projects}
    for volume in VOLUMES:
        question = Question(DEFAULT, folder, requests_per_month=volume, region=REGION, measured=measured)
        demands = {api: read_demand(project, question) for api, project in projects.items()}
        served = advice.plan(next(iter(demands.values()))).served
        for api, demand in demands.items():
            bills[api][volume] = (_bill(demand, served), _bill(quiet(demand), served))
    return bills


def _bill(demand: Demand, served: Any) -> Bill:
    return ARCHITECTURES[demand.api](demand.traffic, served, demand.pricing)


def quiet(demand: Demand) -> Demand:
    """The same with all switches at their cheapest."""
    cheapest = switches.cheapest(demand.pricing.observed)
    return replace(demand, pricing=replace(demand.pricing, observed=cheapest))


def tables(choices: Sequence[Choice], requests: int) -> str:
    """The choices side by side, and the bills by their parts."""
    head = [
        "`api`",
        "Routes answered",
        "A stranger gets",
        "p50 added here, ms",
        *(f"USD, {_millions(volume)}" for volume in VOLUMES),
        *(f"USD, {_millions(volume)}, all switches" for volume in VOLUMES),
    ]
    rows = [
        [
            each.api,
            f"{each.answered} of {each.routes}",
            f"{each.stranger}",
            f"{each.added_ms.median:.1f} ({each.added_ms.lower:.1f} - {each.added_ms.upper:.1f})",
            *(f"{each.bills[volume][0].usd:.2f}" for volume in VOLUMES),
            *(f"{each.bills[volume][1].usd:.2f}" for volume in VOLUMES),
        ]
        for each in choices
    ]
    note = (
        f"By `python -m benchmarks.choices --write`, {circumstances_line()}; medians and quartiles of "
        f"{requests} requests of one row on one connection, the services in turns, callers checked; "
        f"{os.getloadavg()[0]:.0f} processes at work here meanwhile; prices of {REGION}, no free tier."
    )
    bills = [
        f"USD a month for {_millions(volume)} predictions:\n\n{markdown_table(_parts(choices, volume))}"
        for volume in VOLUMES
    ]
    return "\n\n".join([markdown_table(Table(head, rows)), note, *bills])


def readme_bill(choices: Sequence[Choice]) -> str:
    """The bill of a million predictions, which has all that a month of it costs."""
    return (
        f"{markdown_table(_parts(choices, VOLUMES[0]))}\n\n"
        f"USD a month for a million predictions, by the plan; {circumstances_line()}. "
        "With all switches: one log line in a hundred, none of Lambda's own, metrics for alarms alone, no dashboard; "
        f"[what each brings]({PAGE})."
    )


def _parts(choices: Sequence[Choice], volume: int) -> Table:
    parts: tuple[Part, ...] = tuple(part for part in get_args(Part) if part != "endpoint")
    rows = []
    for place, more in enumerate(("", ", all switches")):
        for each in choices:
            bill = each.bills[volume][place]
            rows.append([f"{each.api}{more}", *(f"{bill.of(part):.2f}" for part in parts), f"{bill.usd:.2f}"])
    return Table(["`api`", *parts, "all"], rows)


def _millions(volume: int) -> str:
    number = volume // 1_000_000
    return "a million" if number == 1 else f"{number} million"


if __name__ == "__main__":
    sys.exit(main())
