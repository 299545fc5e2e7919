"""Traffic against Lambda's scaling."""

import pytest

from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.memory import Function
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.plan.simulation import simulate
from sparely_toolkit.loadtest.plan.traffic import Segment, Traffic, steady

QUICK = Function(512, 250, Quantiles(100, 100, 100))


def _erlang_b(servers: int, load: float) -> float:
    """The share of random arrivals that find all servers busy. Source: A. K. Erlang, 1917."""
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


@pytest.mark.parametrize(("servers", "rate"), [(1, 5), (8, 60), (8, 200), (46, 600)])
def test_throttling_is_what_erlangs_formula_says(servers: int, rate: float) -> None:
    """Random arrivals without a queue lose the share that Erlang's B formula gives for their load."""
    warm = Function(512, 0, QUICK.request_ms)
    limits = Limits(servers, requests_an_environment=None)

    outcome = simulate(steady(rate), warm, limits, arrivals=60_000)

    mean_s = 0.0975  # of the drawn durations: half of them lie between nine tenths of the median and the median
    assert outcome.throttled_percent == pytest.approx(100 * _erlang_b(servers, rate * mean_s), abs=1.5)


def test_sparse_traffic_is_mostly_cold() -> None:
    """One request in twenty minutes rarely finds an environment that ends after ten."""
    outcome = simulate(steady(1 / 1200), QUICK, Limits(idle_s=600), arrivals=5_000)

    assert outcome.cold_percent > 55


def test_dense_traffic_is_hardly_ever_cold() -> None:
    """At a hundred a second a few environments serve all."""
    outcome = simulate(steady(100), QUICK, Limits(), arrivals=50_000)

    assert outcome.cold_percent < 0.2
    assert outcome.throttled == 0


def test_cold_starts_make_the_slowest_requests() -> None:
    """A request that waits for an init takes its time as well."""
    outcome = simulate(steady(100), QUICK, Limits(), arrivals=5_000)

    assert outcome.latency_ms(1.0) == pytest.approx(350, abs=1)
    assert outcome.latency_ms(0.5) == pytest.approx(100, abs=1)


def test_a_course_followed_in_part_is_scaled_up() -> None:
    """A day of a million requests, of which twenty thousand were followed, still offers a million."""
    day = Traffic("two", "", (Segment(43_200, 5), Segment(43_200, 1e6 / 43_200 - 5)))

    outcome = simulate(day, QUICK, Limits(), arrivals=20_000)

    assert outcome.offered == pytest.approx(1e6, rel=0.03)


def test_the_same_seed_gives_the_same_outcome() -> None:
    """A plan can be compared with yesterday's."""
    one, other = (simulate(steady(50), QUICK, Limits(3), arrivals=2_000, seed=7) for _ in range(2))

    assert one == other
