"""The story, reproduced."""

import pytest

from benchmarks.story.scenario import LoadTest, price, read, reproduce

TESTS = read()


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_the_simulation_gives_the_storys_figures(test: LoadTest) -> None:
    """The failed share comes within 1.5 points, the total within 1 %."""
    outcome = reproduce(test)

    assert outcome.throttled_percent == pytest.approx(test.failed_percent, abs=1.5)
    assert outcome.offered == pytest.approx(test.expected_total, rel=0.01)


def test_the_scenario_is_the_storys() -> None:
    """Capacities, offered rates and failed shares are those that the story names."""
    assert [(test.capacity, test.offered, test.failed_percent) for test in TESTS] == [
        (184, 617.68, 70.23),
        (264, 886.83, 70.24),
        (None, 910, 0.00),
    ]
    assert TESTS[2].total == 526_185


def test_the_storys_bill_comes_out() -> None:
    """3.76 USD a month for Lambda, about 185 for the endpoint and API Gateway: 98 % less."""
    bill = price()

    assert round(bill.after_usd, 2) == 3.76
    assert bill.before_usd == pytest.approx(185, abs=1)
    assert round(bill.less_percent) == 98


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_the_measured_load_is_the_simulated_one_made_smaller(test: LoadTest) -> None:
    """A tenth of the time at a tenth of the rate offers a hundredth of the requests, with the same rise."""
    stages = test.stages(rate=test.offered / 10, seconds=test.seconds / 10)

    assert sum(stage.seconds for stage in stages) == pytest.approx(test.seconds / 10)
    assert sum(stage.seconds * stage.rate for stage in stages) == pytest.approx(test.expected_total / 100, rel=0.01)
