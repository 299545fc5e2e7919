"""The template's alarms, looking at minutes that tests make up."""

from typing import Any

import pytest

from sparely_toolkit.deployment.rehearsal.alarms import Alarm, read_alarms
from sparely_toolkit.deployment.rehearsal.metrics import Minute
from sparely_toolkit.local.intrinsics import Resolver
from sparely_toolkit.problems import Problem
from tests.infrastructure.conftest import Template

WELL: dict[str, Any] = {
    "share": 0.1,
    "requests": 1000,
    "server_errors": 0,
    "invocations": 1000,
    "errors": 0,
    "throttles": 0,
    "new_invocations": 100,
    "new_errors": 0,
    "new_server_faults": 0,
    "new_p99_ms": 5.0,
}


def minute(**changed: Any) -> Minute:
    return Minute(**{**WELL, **changed})


def read(document: dict[str, Any]) -> dict[str, Alarm]:
    defaults = {name: each.get("Default", "") for name, each in document["Parameters"].items()}
    resolver = Resolver(
        parameters={**defaults, "AWS::StackName": "service"},
        conditions=document["Conditions"],
        resources=frozenset(document["Resources"]),
    )
    return {alarm.name: alarm for alarm in read_alarms(document, resolver)}


@pytest.fixture
def alarms(template: Template) -> dict[str, Alarm]:
    return read(template.document)


def test_all_alarms_of_the_deployment_are_read(alarms: dict[str, Alarm]) -> None:
    """With the thresholds and periods that the template has."""
    figures = {name: (each.threshold, each.datapoints, each.periods) for name, each in alarms.items()}

    assert figures == {
        "NewVersionErrors": (0, 1, 1),
        "NewVersionFaults": (0, 1, 1),
        "NewVersionLatency": (1000, 2, 5),
        "AliasErrors": (1, 2, 3),
        "AliasThrottles": (0, 2, 3),
        "ApiErrors": (0.01, 2, 3),
    }


@pytest.mark.parametrize(
    ("changed", "ringing"),
    [
        ({}, set()),
        ({"new_errors": 1}, {"NewVersionErrors"}),
        ({"new_errors": 1, "share": 0.0}, set()),
        ({"new_errors": 1, "share": 1.0}, set()),
        ({"new_server_faults": 1}, {"NewVersionFaults"}),
        ({"new_server_faults": 1, "share": 1.0}, {"NewVersionFaults"}),
        ({"new_p99_ms": 1000.0}, set()),
        ({"new_p99_ms": 1000.1}, {"NewVersionLatency"}),
        ({"new_p99_ms": None}, set()),
        ({"errors": 10}, set()),
        ({"errors": 11}, {"AliasErrors"}),
        ({"invocations": 0, "requests": 0}, set()),
        ({"throttles": 1}, {"AliasThrottles"}),
        ({"server_errors": 10}, set()),
        ({"server_errors": 11}, {"ApiErrors"}),
    ],
)
def test_alarms_ring_above_their_thresholds(
    alarms: dict[str, Alarm], changed: dict[str, Any], ringing: set[str]
) -> None:
    """Three minutes alike; those of the new version alone need an alias that is split."""
    minutes = [minute(**changed)] * 3

    assert {name for name, alarm in alarms.items() if alarm.rings(minutes)} == ringing


def test_one_bad_minute_of_three_is_forgiven(alarms: dict[str, Alarm]) -> None:
    """But for a failure of the new version, which rings at once, whichever way it fails."""
    bad = minute(errors=500, server_errors=500, new_p99_ms=5000.0, throttles=9, new_errors=1, new_server_faults=1)

    ringing = [name for name, alarm in alarms.items() if alarm.rings([minute(), minute(), bad])]
    assert ringing == ["NewVersionErrors", "NewVersionFaults"]


def test_an_unknown_alarm_is_told(template: Template) -> None:
    """An alarm that the rehearsal would ignore makes its result worthless."""
    document = template.document
    document["Resources"]["AliasThrottles"]["Properties"]["MetricName"] = "IteratorAge"

    with pytest.raises(Problem, match=r"^The rehearsal does not know what alarm AliasThrottles looks at"):
        read(document)


def test_an_alarm_without_a_dimension_is_told(template: Template) -> None:
    """CloudWatch has no such metric: the alarm would never ring."""
    document = template.document
    del document["Resources"]["NewVersionFaults"]["Properties"]["Dimensions"][1]

    with pytest.raises(Problem, match=r"^The rehearsal does not know what alarm NewVersionFaults looks at"):
        read(document)


def test_a_function_without_a_preference_has_no_rollout(template: Template) -> None:
    """As it is while somebody deploys past CodeDeploy."""
    document = template.document
    del document["Resources"]["PredictFunction"]["Properties"]["DeploymentPreference"]

    with pytest.raises(Problem, match=r"^template\.yaml has no function with a DeploymentPreference, so"):
        read(document)
