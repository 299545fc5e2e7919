"""The bill of ten million requests a month, item by item, and what each switch of the template brings."""

import json
import re

import pytest

from sparely_toolkit.loadtest.plan import switches
from sparely_toolkit.loadtest.plan.observed import Observed
from sparely_toolkit.loadtest.plan.planning import Question, run_plan
from sparely_toolkit.samconfig import DEFAULT
from support.services import baked

PROFILE = {
    "init_cpu_ms": 90,
    "init_wall_ms": 110,
    "request_cpu_ms": 0.5,
    "request_wall_ms": {"p50": 0.7, "p95": 1.0, "p99": 1.5},
    "peak_memory_mb": 40,
}
QUIET = {"LogSampleRate": "0.01", "SystemLogLevel": "WARN", "Metrics": "alarms", "ShowDashboard": "off"}


Rows = dict[str, str]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """The plans of two services, a table's row by its first cell: one as it comes, one with all switches thrown."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "profile.json").write_text(json.dumps(PROFILE))
    tables = {}
    for api, values in {"http-iam": {}, "function-url": QUIET}.items():
        project = baked(api)
        question = Question(
            DEFAULT,
            folder / api,
            requests_per_month=10e6,
            region="us-east-1",
            measured=folder / "profile.json",
            template=project.template,
            overrides=values,
        )
        run_plan(project, question)
        lines = (folder / api / "plan.md").read_text("utf-8").splitlines()
        rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
        tables[api] = {row[0]: " | ".join(row[1:]) for row in rows}
    return tables


def usd(cell: str) -> float:
    """The last number of a row."""
    return float(re.findall(r"-?[\d,]+\.\d\d", cell)[-1].replace(",", ""))


def test_the_bill_is_whole_and_an_eighth_of_it_is_left(planned: dict[str, Rows]) -> None:
    """Every item by hand; a URL with a sample of one line in a hundred stays below 4.60 USD, everything counted."""
    plain, quiet = planned["http-iam"], planned["function-url"]
    expected = {
        "HTTP API requests": 10.00,
        "Data transfer out, GB": 0.26,
        "Lambda requests": 2.00,
        "Logs of the function, GB": 1.96,
        "Logs of Lambda, START and REPORT, GB": 4.19,
        "Logs of the gateway, GB": 1.16,
        "Custom metrics": 3.30,
        "Alarm metrics": 0.80,
        "Dashboards": 3.00,
    }
    assert {name: usd(plain[name]) for name in expected} == pytest.approx(expected, abs=0.011)
    assert usd(plain["Total"]) == pytest.approx(27, abs=0.5)

    assert {name: usd(quiet[name]) for name in quiet if name in expected} == pytest.approx(
        {"Data transfer out, GB": 0.26, "Lambda requests": 2.00, "Logs of the function, GB": 0.01,
         "Custom metrics": 0.60, "Alarm metrics": 0.90}, abs=0.011
    )  # fmt: skip
    assert usd(quiet["Total"]) <= 4.60


def test_each_switch_says_what_it_brought(planned: dict[str, Rows]) -> None:
    """In the plan of a service where they are thrown; where none is, what they would bring."""
    quiet, plain = planned["function-url"], planned["http-iam"]

    assert {name: quiet[name].split(" | ")[:4] for name in ("LogSampleRate", "SystemLogLevel", "ShowDashboard")} == {
        "LogSampleRate": ["0.01", "1.13", "0.01", "0.00"],  # of plain lines, which are shorter
        "SystemLogLevel": ["WARN", "4.20", "WARN", "0.00"],
        "ShowDashboard": ["off", "3.00", "off", "0.00"],
    }
    assert plain["SystemLogLevel"].split(" | ")[:4] == ["INFO", "0.00", "WARN", "4.20"]


def test_the_cheapest_is_what_all_switches_leave() -> None:
    """A share of lines that is smaller already stays."""
    assert switches.cheapest(Observed(log_share=0.001)) == Observed(
        log_share=0.001, platform_lines=False, only_alarms=True, dashboards=0
    )


def test_custom_metrics_are_counted_by_models_and_own_routes() -> None:
    """Two a model, one an own route, three of the service; two are left where alarms alone have some."""
    assert Observed(models=3, own_routes=2).custom_metrics == 11
    assert Observed(models=3, own_routes=2, only_alarms=True).custom_metrics == 2


def test_every_switch_is_a_parameter_of_the_template() -> None:
    """With the value that the plan calls the cheapest."""
    text = baked().template.read_text("utf-8")

    for switch in switches.SWITCHES:
        assert f"\n  {switch.parameter}:\n" in text
        assert switch.cheapest in text
