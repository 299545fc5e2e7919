"""Locust's statistics, and where a run broke."""

from pathlib import Path

import pytest

from sparely_toolkit.loadtest import measurements
from sparely_toolkit.loadtest.generator import Statistics
from sparely_toolkit.loadtest.measurements import Limits, Sample, Step
from sparely_toolkit.loadtest.shapes import Shape, Stage
from tests.loadtest.conftest import HISTORY


def _step(offered: float, *, failed: float = 0.0, p95_ms: float = 10.0, answered: float = 1.0) -> Step:
    requests = 10_000
    return Step(offered, offered * answered, requests, round(requests * failed / 100), p95_ms)


def _samples(shape: Shape, breaks_above: float) -> list[Sample]:
    """A service that refuses all above a rate, second by second."""
    samples = [Sample(0, 0, 0, 0, None)]
    for second in range(1, int(shape.seconds) + 1):
        stage = shape.stage_at(second - 0.5)
        assert stage is not None
        last, failed = samples[-1], max(0.0, stage.rate - breaks_above)
        samples.append(
            Sample(
                second, 1, last.requests + int(stage.rate), last.failures + int(failed), 12.0 if not failed else 90.0
            )
        )
    return samples


@pytest.mark.parametrize(("capacity", "breaking"), [(405, 400), (1000, 1000), (98, None), (302, 300)])
def test_a_known_breaking_point_is_found(capacity: float, breaking: float | None) -> None:
    """Of ten steps to 1,000 a second the last within the capacity is the breaking point, to one percent of failures."""
    shape = Shape("steps", tuple(Stage(10, 100.0 * n) for n in range(1, 11)))

    found = measurements.breaking_point(measurements.steps(_samples(shape, capacity), shape), Limits())

    assert (found.offered if found else None) == breaking


def test_one_percent_of_failures_still_holds() -> None:
    """The limit itself is kept, more is not."""
    assert Limits().hold(_step(100, failed=1.0))
    assert not Limits().hold(_step(100, failed=1.01))


def test_a_slow_step_does_not_hold() -> None:
    """A p95 above the limit breaks a step without failures."""
    assert not Limits(p95_ms=100).hold(_step(100, p95_ms=101))


def test_users_who_wait_do_not_hide_a_slow_service() -> None:
    """A step that answered less than nine tenths of what was offered does not hold, though nothing failed."""
    assert not Limits().hold(_step(100, answered=0.89))


def test_a_step_that_recovers_counts_for_nothing() -> None:
    """The breaking point is below the first step that broke."""
    steps = [_step(100), _step(200, failed=5), _step(300)]

    found = measurements.breaking_point(steps, Limits())

    assert found is not None
    assert found.offered == 100


def test_steps_are_cut_by_the_clock() -> None:
    """Requests and failures of a step are those between its first and last second."""
    shape = Shape("two", (Stage(2, 10), Stage(2, 20)))
    samples = [Sample(second, 1, requests, failures, 5.0) for second, requests, failures in
               [(0, 0, 0), (1, 10, 0), (2, 20, 0), (3, 40, 1), (4, 60, 2)]]  # fmt: skip

    first, second = measurements.steps(samples, shape)

    assert (first.requests, first.answered) == (20, 10)
    assert (second.requests, second.failures, second.answered) == (40, 2, 20)


def test_locusts_files_are_read(tmp_path: Path) -> None:
    """Totals, routes, failures by kind, the course and the distribution come from what Locust wrote."""
    files = Statistics(tmp_path / "run")
    table = "Type,Name,Request Count,Failure Count,Requests/s,50%,95%,99%\n"
    files.requests.write_text(table + "POST,winery,100,2,9.5,3,7,9\n,Aggregated,100,2,9.5,3,7,9\n")
    failures = "Method,Name,Error,Occurrences,First Seen,Last Seen\n"
    files.failures.write_text(failures + "POST,a,throttled,1,,\nPOST,b,CatchResponseError('throttled'),1,,\n")
    files.history.write_text(HISTORY + "\n100,0" + ",,Aggregated,0,0" + ",N/A" * 11 + ",0,0,0,0,0,0,0\n"
                             "101,5,,Aggregated,9,1" + ",8" * 11 + ",100,2,0,0,0,0,0\n")  # fmt: skip
    files.distribution.write_text('{"3": 90, "7": 10}')

    run = measurements.read(files)

    assert (run.total.requests, run.total.failed_percent, run.total.p95_ms) == (100, 2.0, 7.0)
    assert [route.name for route in run.routes] == ["winery"]
    assert run.failures == {"throttled": 2}
    assert run.samples == (Sample(0, 0, 0, 0, None), Sample(1, 5, 100, 2, 8.0))
    assert run.distribution == {3.0: 90, 7.0: 10}
