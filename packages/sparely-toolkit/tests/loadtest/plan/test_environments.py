"""Lambda's scaling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparely_toolkit.loadtest.plan.environments import Environments, Limits

UNCOUNTED = None


def test_the_first_invocation_is_cold_and_the_next_warm() -> None:
    """An environment that has finished takes the next invocation without an init."""
    environments = Environments(Limits())

    first, second = environments.invoke(0, 0.01, 0.2), environments.invoke(1, 0.01, 0.2)

    assert first is not None
    assert second is not None
    assert [first.finish_s, second.finish_s] == pytest.approx([0.21, 1.01])
    assert (first.cold, second.cold) == (True, False)


def test_an_idle_environment_ends() -> None:
    """After the idle time the next invocation is cold again."""
    environments = Environments(Limits(idle_s=600))
    environments.invoke(0, 1, 0)

    late = environments.invoke(602, 1, 0)

    assert late is not None
    assert late.cold


def test_the_most_recent_environment_works_next() -> None:
    """One that idles beside a busy one is ended, for the last that worked takes the work."""
    environments = Environments(Limits(idle_s=10, requests_an_environment=UNCOUNTED))
    environments.invoke(0, 1, 0)
    environments.invoke(0, 1, 0)
    for second in range(2, 14):
        environments.invoke(second, 0.1, 0)
    environments.invoke(14, 1, 0)

    another = environments.invoke(14.1, 1, 0)

    assert another is not None
    assert another.cold


def test_what_exceeds_the_concurrency_is_throttled() -> None:
    """The third of three at once finds two at work and may not start."""
    environments = Environments(Limits(concurrency=2, requests_an_environment=UNCOUNTED))

    assert [environments.invoke(0, 1, 0) is not None for _ in range(3)] == [True, True, False]
    assert environments.invoke(1.01, 1, 0) is not None


def test_a_thousand_environments_start_in_ten_seconds() -> None:
    """A burst of 1,500 starts a thousand; a second later a hundred more may start."""
    environments = Environments(Limits(concurrency=None))

    at_once = sum(environments.invoke(0, 60, 0) is not None for _ in range(1500))
    later = sum(environments.invoke(1, 60, 0) is not None for _ in range(500))

    assert (at_once, later) == (1000, 100)


def test_unused_starts_do_not_add_up() -> None:
    """After an hour without work still only a thousand start at once."""
    environments = Environments(Limits(concurrency=None))

    assert sum(environments.invoke(3600, 60, 0) is not None for _ in range(1500)) == 1000


def test_short_requests_are_limited_by_their_number() -> None:
    """Ten requests a second for each unit of concurrency, however quick they are."""
    environments = Environments(Limits(concurrency=10))

    served = sum(environments.invoke(n / 1000, 0.001, 0) is not None for n in range(2000))

    assert served == pytest.approx(100 + 200, abs=2)


@given(
    gaps=st.lists(st.floats(0, 2), min_size=1, max_size=60),
    concurrency=st.integers(1, 5),
    duration_s=st.floats(0.001, 3),
)
def test_no_more_run_than_may(gaps: list[float], concurrency: int, duration_s: float) -> None:
    """Whatever comes, never more invocations run at once than the concurrency."""
    environments = Environments(Limits(concurrency=concurrency, requests_an_environment=UNCOUNTED))
    now = 0.0
    running: list[float] = []
    for gap in gaps:
        now += gap
        start = environments.invoke(now, duration_s, 0.1)
        running = [finish for finish in running if finish > now] + ([start.finish_s] if start else [])
        assert len(running) <= concurrency
