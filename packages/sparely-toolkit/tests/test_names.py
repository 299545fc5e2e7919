"""The names that code relies on are those of the template, whatever API was chosen."""

from typing import Any

import pytest

from sparely_toolkit import names
from sparely_toolkit.local import intrinsics
from support.services import APIS, baked

PARAMETERS = {value for name, value in vars(names).items() if name.startswith("PARAMETER_")}
METRICS = {value for name, value in vars(names).items() if name.startswith("METRIC_")} - {names.METRIC_NAMESPACE}


@pytest.fixture(scope="module", params=APIS)
def template(request: pytest.FixtureRequest) -> dict[str, Any]:
    """template.yaml of a service of each choice."""
    return intrinsics.load(baked(request.param).template.read_text("utf-8"))


def test_resources_are_there(template: dict[str, Any]) -> None:
    """The function, its checks, its API."""
    assert {names.FUNCTION, names.BATCH_FUNCTION, names.API, *names.CHECKS} <= set(template["Resources"])


def test_outputs_are_there(template: dict[str, Any]) -> None:
    """What commands read of a stack."""
    assert set(names.OUTPUTS) <= set(template["Outputs"])


def test_parameters_are_there(template: dict[str, Any]) -> None:
    """What commands set or read."""
    assert set(template["Parameters"]) >= PARAMETERS


def test_metrics_are_watched_in_their_namespace(template: dict[str, Any]) -> None:
    """Alarms look where the function counts."""
    alarms = [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]

    watched = {each["MetricName"] for each in alarms if each.get("Namespace") == names.METRIC_NAMESPACE}
    assert watched >= METRICS


def test_function_counts_in_the_namespace(template: dict[str, Any]) -> None:
    """Its environment says where."""
    function = template["Resources"][names.FUNCTION]["Properties"]

    assert function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == names.METRIC_NAMESPACE


def test_template_says_what_it_was_written_for(template: dict[str, Any]) -> None:
    """What the service is called, and whether it is a zip."""
    assert set(template["Metadata"][names.METADATA]) == {names.SERVICE_NAME, names.TEMPLATE_VERSION, names.PACKAGE}


def test_every_line_to_add_is_of_a_name_that_the_template_has(template: dict[str, Any]) -> None:
    """What doctor says to add is what a new service has."""
    for section, lines in names.LINES.items():
        assert set(lines) <= set(template[section])
