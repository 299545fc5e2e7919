"""Every instance type that is named is one that SageMaker's hosting has, by the library that deploys and asks."""

import re
import tomllib
from typing import Any

import boto3
import pytest

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.plan import assumptions
from support.services import REPOSITORY

ADD_ON = REPOSITORY / "addons" / "sagemaker"
FILES = sorted(
    file for file in ADD_ON.rglob("*") if file.suffix in (".json", ".md", ".yaml") or file.name == "Dockerfile"
)
NAMED = re.compile(r"\bml\.[a-z0-9-]+\.[a-z0-9]+\b")
RENDERED = re.compile(r"ml\.\{\{ '(\w+)' if cookiecutter\.cpu_architecture == 'arm64' else '(\w+)' \}\}\.(\w+)")


def known() -> set[str]:
    """What an endpoint's variant may have."""
    client = boto3.client("sagemaker", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    shape: Any = client.meta.service_model.shape_for("ProductionVariantInstanceType")
    return set(shape.enum)


def test_defaults_and_examples_of_the_add_on_are_there() -> None:
    """Of both templates, of the question, and of the pages."""
    texts = [file.read_text("utf-8") for file in FILES]
    defaults = [f"ml.{family}.{size}" for text in texts for *both, size in RENDERED.findall(text) for family in both]
    named = {name for text in texts for name in NAMED.findall(text)}

    assert defaults == ["ml.m6g.large", "ml.m5.large"] * 2
    assert {*defaults, *named} - known() == set()


@pytest.mark.parametrize("region", prices.regions())
def test_instances_that_have_a_price_are_there(region: str) -> None:
    """In every region that has prices."""
    assert {*prices.load(region).tables["sagemaker"]["hour"]} - known() == set()


def test_instances_that_plans_assume_are_there() -> None:
    """Those of SageMaker; the others are EC2's."""
    named = set(NAMED.findall(assumptions.FILE.read_text("utf-8")))

    assert tomllib.loads(assumptions.FILE.read_text("utf-8"))["sagemaker"]["instance"] in named
    assert named - known() == set()
