"""The file of prices: complete, dated, and watched for age."""

from datetime import date, timedelta

import pytest

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.cost.prices import OldPrices, UnknownPrice
from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely
from support.command_line import sparely as sparely

SERVICES = {
    "managed_instances",
    "ecr",
    "lambda",
    "api_gateway",
    "transfer",
    "cloudwatch",
    "sagemaker",
    "s3",
    "sqs",
    "step_functions",
}


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


def test_a_deployment_in_another_region_is_priced_by_the_first() -> None:
    """Whose prices they are is said."""
    there, elsewhere = prices.of_deployment("eu-central-1"), prices.of_deployment("eu-west-1")

    assert (there.region, there.named) == ("eu-central-1", "eu-central-1")
    assert elsewhere.tables == prices.load("us-east-1").tables
    assert elsewhere.named == "us-east-1 (there are none of eu-west-1 here)"


def test_unknown_instance_names_the_known_ones() -> None:
    """An instance type without a price is refused with those that have one."""
    with pytest.raises(UnknownPrice, match=r'no "sagemaker.hour.ml.x" in us-east-1. Available: ml.t2.medium, '):
        prices.load("us-east-1").usd("sagemaker", "hour", "ml.x")


def test_prices_older_than_a_year_are_shown() -> None:
    """They are marked, and end the command with 1; on the day they were read there are none."""
    read = max(origin.read for origin in prices.origins())
    later = read + timedelta(days=366)

    prices.require_fresh(read)
    with pytest.raises(OldPrices) as caught:
        prices.require_fresh(later)

    assert str(caught.value) == "30 of 30 tables of prices are older than a year; look at their pages."
    assert caught.value.exit_code == ExitCode.NO
    assert sum("OLD" in row for row in prices.origins_table(later).rows) == len(list(prices.origins()))
    assert read <= date.today()


def test_the_command_lists_the_prices(sparely: Sparely) -> None:
    """Outside of a service too."""
    outcome = sparely("plan", "--prices")

    assert "| us-east-1 lambda | 2026-11-28 |" in outcome.out
    assert "not found: serverless and data" in outcome.out
