"""How much of the planned traffic a new version sees before it gets all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit import names
from sparely_toolkit.deployment.rollouts import ALL_AT_ONCE, chance_of_none, percent, requests_of_new, steps, told
from sparely_toolkit.loadtest.page import Section, Table, Text
from sparely_toolkit.loadtest.plan.traffic import Traffic
from sparely_toolkit.local import intrinsics
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.samconfig import Stage


@dataclass(frozen=True, slots=True)
class Rollouts:
    """
    The stage's rollout, and those that template.yaml allows.

    Attributes:
        asks: whether golden rows are asked while traffic moves.
        requests_a_minute: of the service's own callers, instead of the traffic's.
    """

    chosen: str = ALL_AT_ONCE
    allowed: Sequence[str] = ()
    asks: bool = False
    requests_a_minute: float | None = None


def read_rollouts(template: Path, stage: Stage, requests_a_minute: float | None) -> Rollouts:
    """Read what a template and a stage say of it; a template without the parameter has one way, all at once."""
    document = intrinsics.read(template)
    parameters = parameter_values(document, stage.overrides)
    allowed = document.get("Parameters", {}).get(names.PARAMETER_ROLLOUT, {}).get("AllowedValues", ())
    return Rollouts(
        chosen=parameters.get(names.PARAMETER_ROLLOUT, ALL_AT_ONCE),
        allowed=tuple(allowed),
        asks=parameters.get(names.PARAMETER_ASKS) == "on",
        requests_a_minute=requests_a_minute,
    )


def section(rollouts: Rollouts, traffic: Traffic) -> Section:
    """The chance that a new version gets nothing, by rollout, for the traffic's mean and its quietest hour."""
    rates = _rates(rollouts, traffic)
    rows = [_row(rollout, list(rates.values())) for rollout in rollouts.allowed if rollout != ALL_AT_ONCE]
    (_, rate), *_ = rates.items()
    said = Text(told(rollouts.chosen, rate, asks=rollouts.asks))
    head = ["Rollout", *(f"{what} {name}" for name in rates for what in ("Requests,", "None,"))]
    return Section("A new version", [said, Table(head, rows)] if rows else [said])


def _rates(rollouts: Rollouts, traffic: Traffic) -> Mapping[str, float]:
    if rollouts.requests_a_minute is not None:
        return {f"at {rollouts.requests_a_minute:g} a minute": rollouts.requests_a_minute}
    quietest = min(segment.rate for segment in traffic.segments)
    rates = {"in the mean": 60 * traffic.mean_rate}
    return rates if quietest == traffic.mean_rate else {**rates, "when it is quietest": 60 * quietest}


def _row(rollout: str, rates: Sequence[float]) -> list[str]:
    found = steps(rollout)
    figures = [(requests_of_new(found, rate), chance_of_none(found, rate)) for rate in rates]
    return [
        rollout,
        *(text for mean, none in figures for text in (f"{mean:,.0f}" if mean >= 100 else f"{mean:.3g}", percent(none))),
    ]
