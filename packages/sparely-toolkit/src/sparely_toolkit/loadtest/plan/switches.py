"""What each switch of the template brings a month: against its default where it is set, or if it were set."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sparely_toolkit.loadtest.plan.observed import Observed


@dataclass(frozen=True, slots=True)
class Switch:
    """
    One parameter that the bill depends on.

    Attributes:
        default: how the template has it.
        cheap: its cheapest value that is of use.
        loses: what is gone at that value.
    """

    parameter: str
    default: Callable[[Observed], Observed]
    cheap: Callable[[Observed], Observed]
    cheapest: str
    shown: Callable[[Observed], str]
    loses: str


SWITCHES = (
    Switch(
        "LogSampleRate",
        lambda observed: replace(observed, log_share=1.0),
        lambda observed: replace(observed, log_share=min(0.01, observed.log_share)),
        "0.01",
        lambda observed: f"{observed.log_share:g}",
        "99 of 100 log lines of requests that went well; faults and cold starts keep theirs, sums stay true",
    ),
    Switch(
        "SystemLogLevel",
        lambda observed: replace(observed, platform_lines=True),
        lambda observed: replace(observed, platform_lines=False),
        "WARN",
        lambda observed: "INFO" if observed.platform_lines else "WARN",
        "START and REPORT: each request's duration, memory and init; Lambda's metrics have the durations all the same",
    ),
    Switch(
        "Metrics",
        lambda observed: replace(observed, only_alarms=False),
        lambda observed: replace(observed, only_alarms=True),
        "alarms",
        lambda observed: "alarms" if observed.only_alarms else "all",
        "metrics and pictures by model; the log lines have the counts",
    ),
    Switch(
        "ShowDashboard",
        lambda observed: replace(observed, dashboards=max(1, observed.dashboards)),
        lambda observed: replace(observed, dashboards=0),
        "off",
        lambda observed: "on" if observed.dashboards else "off",
        "the dashboard; an account has three for nothing",
    ),
)


@dataclass(frozen=True, slots=True)
class Brought:
    """What one switch brings in USD a month: as it is set, and what more at its cheapest."""

    switch: Switch
    value: str
    brings_usd: float
    would_bring_usd: float


def brought(observed: Observed, usd: Callable[[Observed], float]) -> list[Brought]:
    """Price each switch by itself, with the others as they are."""
    here = usd(observed)
    return [
        Brought(
            switch, switch.shown(observed), usd(switch.default(observed)) - here, here - usd(switch.cheap(observed))
        )
        for switch in SWITCHES
    ]


def cheapest(observed: Observed) -> Observed:
    """With all switches at their cheapest."""
    for switch in SWITCHES:
        observed = switch.cheap(observed)
    return observed
