"""The choice of a memory size."""

from dataclasses import replace

import pytest

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.plan import advice, architectures, assumptions, plan_report
from sparely_toolkit.loadtest.plan.advice import Demand, Size
from sparely_toolkit.loadtest.plan.architectures import Pricing
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.measured import Measured
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.plan.traffic import from_table, steady


def _size(memory_mb: int, p95_ms: float, usd: float, *, fits: bool = True) -> Size:
    return Size(memory_mb, p95_ms / 2, p95_ms, 300, usd, usd / 2, fits)


SIZES = (_size(128, 90, 1.00), _size(256, 45, 1.10), _size(512, 30, 1.104), _size(1024, 29, 2.00))


@pytest.mark.parametrize(("p95_ms", "memory_mb"), [(100, 128), (50, 256), (40, 512), (29, 1024)])
def test_the_cheapest_size_within_the_limit_is_chosen(p95_ms: float, memory_mb: int) -> None:
    """A tighter limit needs a larger size; of equally cheap ones, to the cent, the smaller is taken."""
    chosen = advice.cheapest(SIZES, p95_ms)

    assert chosen is not None
    assert chosen.memory_mb == memory_mb


def test_what_a_size_costs_more_is_the_difference_of_what_is_shown() -> None:
    """52.00 and 52.11 are 0.11 apart, also where their mills are 0.12."""
    chosen, faster = _size(512, 40, 51.9953), _size(1769, 30, 52.1112)

    assert (f"{chosen.usd:.2f}", f"{faster.usd:.2f}") == ("52.00", "52.11")
    assert f"{advice.dearer_usd(faster, chosen):.2f}" == "0.11"


def test_no_size_is_chosen_when_none_keeps_the_limit() -> None:
    """An impossible limit is said to be one."""
    assert advice.cheapest(SIZES, 10) is None


def test_a_size_that_is_too_small_is_never_chosen() -> None:
    """The measured memory counts before the price."""
    sizes = (_size(128, 90, 1.00, fits=False), _size(256, 45, 1.10))

    chosen = advice.cheapest(sizes, 100)

    assert chosen is not None
    assert chosen.memory_mb == 256


def test_a_faster_size_for_little_more_is_offered() -> None:
    """Of the sizes that cost a hundredth more at most, the fastest is named."""
    faster = advice.faster_for_little(SIZES, SIZES[1])

    assert faster is not None
    assert faster.memory_mb == 512
    assert advice.faster_for_little(SIZES, SIZES[0]) is None


@pytest.fixture(scope="module")
def demand() -> Demand:
    """A service whose requests compute for 20 ms at one vCPU, asked five times a second."""
    return Demand(
        measured=Measured(100, 120, 20, Quantiles(20, 30, 40), 43),
        traffic=steady(5),
        limits=Limits(),
        pricing=Pricing(prices.load("us-east-1"), assumptions.read()),
        p95_ms=100,
        gateway_ms=10,
        speed=1,
        architecture="x86_64",
        memory_mb=900,
    )


def test_a_plan_chooses_prices_and_says_what_it_rests_on(demand: Demand) -> None:
    """The page has the choice, the bill's total, the pictures and the assumptions."""
    found = advice.plan(demand)

    page = plan_report.report(demand, found)

    assert found.chosen is not None
    assert found.chosen.memory_mb == 768  # 30 ms * 1769 / 768 + 10 is below 100, at 512 MB it is above
    assert f"{found.chosen.memory_mb} MB is the cheapest memory size with a p95 of at most 100 ms" in page.markdown()
    assert "| 768 MB * |" in page.markdown()
    assert "\nThe star (*) marks the cheapest size that keeps the limit, the arrow what the" in page.markdown()
    assert "| 900 MB ← |" in page.markdown()
    assert "A month has 730 hours." in page.markdown()
    assert page.html().count("<figure>") == 3


@pytest.mark.slow
def test_a_long_init_costs_in_the_table_what_it_costs_in_the_answer(
    demand: Demand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chosen size has one price; its neighbour, of which a part of the day is followed, nearly the same."""
    monkeypatch.setattr(advice, "ALL_ARRIVALS", 60_000)
    monkeypatch.setattr(advice, "SOME_ARRIVALS", 8_000)
    monkeypatch.setattr(advice, "RATES", (1.0, 10.0))
    day = [1.0, 6.0, 3.0] * 8
    traffic = from_table({"hours": day, "requests_per_second": 0.68}, "day")
    slow = replace(demand, measured=replace(demand.measured, init_wall_ms=30_000), traffic=traffic, memory_mb=1769)

    found = advice.plan(slow)

    assert found.chosen is not None
    usd = architectures.ARCHITECTURES[slow.api](slow.traffic, found.served, slow.pricing).usd
    assert found.chosen.usd == pytest.approx(usd)
    assert found.outcome.cold_percent > 0
    by_size = {each.memory_mb: each.usd for each in found.sizes}
    alone = advice.plan(replace(slow, memory_mb=2048))
    assert by_size[2048] == pytest.approx({each.memory_mb: each.usd for each in alone.sizes}[2048], rel=0.02)


def test_a_plan_without_a_fitting_size_says_so(demand: Demand) -> None:
    """A limit that no size keeps is told, with figures of the fastest."""
    few = steady(0.001)  # enough to say so, and simulated at once
    impossible = Demand(**{**{name: getattr(demand, name) for name in demand.__slots__}, "traffic": few, "p95_ms": 20})

    found = advice.plan(impossible)

    assert found.chosen is None
    assert "No memory size keeps a p95 of 20 ms" in plan_report.report(impossible, found).markdown()
