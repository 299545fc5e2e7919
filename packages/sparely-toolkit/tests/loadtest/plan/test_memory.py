"""How the memory size changes durations."""

import pytest

from sparely_toolkit.loadtest.plan import memory
from sparely_toolkit.loadtest.plan.measured import Measured, parse
from sparely_toolkit.loadtest.plan.quantiles import Quantiles

BUSY = Measured(100, 120, 10, Quantiles(10, 15, 20), 50)


def test_half_the_memory_takes_twice_as_long() -> None:
    """Below one vCPU a request that only computes stretches as its share shrinks."""
    full, half = memory.at(BUSY, 1769), memory.at(BUSY, 885)

    assert full.request_ms == BUSY.request_wall_ms
    assert half.request_ms.p50 == pytest.approx(2 * full.request_ms.p50, rel=0.01)


def test_more_than_one_vcpu_gains_nothing() -> None:
    """The engine runs one thread."""
    assert memory.at(BUSY, 10_240).request_ms == memory.at(BUSY, 1769).request_ms


def test_waiting_does_not_stretch() -> None:
    """Of a request that computes for a tenth of its time only that tenth grows."""
    waiting = Measured(100, 120, 1, Quantiles(10, 15, 20), 50)

    assert memory.at(waiting, 885).request_ms.p50 == pytest.approx(11, rel=0.01)


def test_an_init_takes_the_same_at_every_size() -> None:
    """Inits run with a full vCPU."""
    assert memory.at(BUSY, 128).init_ms == memory.at(BUSY, 1769).init_ms == 120


def test_an_init_that_lambda_ends_begins_again_with_the_share_of_the_size() -> None:
    """Ten seconds are lost, and the rest is at the request's pace."""
    long = Measured(12_000, 12_000, 10, Quantiles(10, 15, 20), 50)

    assert memory.at(long, 885).init_ms == pytest.approx(10_000 + 24_000, rel=0.01)


@pytest.mark.parametrize(("memory_mb", "fits"), [(128, True), (62, False), (63, True)])
def test_a_size_must_hold_the_peak_and_a_quarter(memory_mb: int, fits: bool) -> None:
    """A package that peaks at 50 MB needs 62.5."""
    assert memory.fits(BUSY, memory_mb) is fits


def test_the_runtime_client_adds_processor_time() -> None:
    """What the profile leaves out is added to init and requests, in processor and in wall time."""
    whole = BUSY.with_runtime(30, 0.5)

    assert (whole.init_cpu_ms, whole.init_wall_ms, whole.request_cpu_ms) == (130, 150, 10.5)
    assert whole.request_wall_ms == Quantiles(10.5, 15.5, 20.5)


def test_a_profile_is_read() -> None:
    """The profile's figures are taken by name, whatever else it holds."""
    wall = {"p50": 1, "p95": 2, "p99": 3}
    document = {"init_cpu_ms": 1, "init_wall_ms": 2, "request_cpu_ms": 3, "request_wall_ms": wall, "peak_memory_mb": 4}

    assert parse({**document, "python": "3.13"}) == Measured(1, 2, 3, Quantiles(1, 2, 3), 4)
