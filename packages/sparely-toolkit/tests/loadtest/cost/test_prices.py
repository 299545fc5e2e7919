"""The file of prices: complete, dated, and watched for age."""

from datetime import date, timedelta

import pytest

from sparely_toolkit.loadtest.cost import __main__ as command
from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.cost.prices import UnknownPrice

SERVICES = {"lambda", "api_gateway", "transfer", "cloudwatch", "sagemaker"}


@pytest.mark.parametrize("region", prices.regions())
def test_every_region_has_every_price(region: str) -> None:
    """A bill that can be made in one region can be made in all."""
    tables, first = prices.load(region).tables, prices.load(prices.regions()[0]).tables

    assert tables.keys() == SERVICES
    assert {service: table.keys() for service, table in tables.items()} == {
        service: table.keys() for service, table in first.items()
    }


def test_three_regions_are_priced() -> None:
    """America, Europe and Asia have one region each at least."""
    assert {"us-east-1", "eu-central-1", "ap-northeast-1"} <= set(prices.regions())


def test_unverified_prices_say_what_they_rest_on() -> None:
    """Every table names its page; one that is not verified names its basis."""
    for origin in prices.origins():
        assert origin.source.startswith("https://aws.amazon.com/")
        assert origin.verified or origin.basis


def test_unknown_region_names_the_known_ones() -> None:
    """A region without prices is refused with those that have some."""
    with pytest.raises(UnknownPrice) as caught:
        prices.load("mars-1")

    known = "us-east-1, eu-central-1, ap-northeast-1"
    assert str(caught.value) == f'prices.toml: no region "mars-1". Available: {known}.'


def test_unknown_instance_names_the_known_ones() -> None:
    """An instance type without a price is refused with those that have one."""
    with pytest.raises(UnknownPrice, match=r'no "sagemaker.hour.ml.x" in us-east-1. Available: ml.t2.medium, '):
        prices.load("us-east-1").usd("sagemaker", "hour", "ml.x")


def test_prices_older_than_a_year_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The command marks old prices and ends with 1; on the day they were read there are none."""
    read = max(origin.read for origin in prices.origins())

    fresh = command.main(read)
    stale = command.main(read + timedelta(days=366))

    assert (fresh, stale) == (0, 1)
    assert capsys.readouterr().out.count("| OLD |") == len(list(prices.origins()))
    assert read <= date.today()
