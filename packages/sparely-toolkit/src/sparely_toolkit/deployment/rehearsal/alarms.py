"""The alarms of template.yaml that stop a deployment, looking at the rehearsal's minutes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparely_toolkit import names
from sparely_toolkit.deployment.rehearsal.metrics import Minute
from sparely_toolkit.local.intrinsics import Resolver
from sparely_toolkit.problems import Problem

Metric = Callable[[Minute], float | None]
# Namespace, name, names of the dimensions: with another of them CloudWatch has another metric, or none.
MetricKey = tuple[str, str, tuple[str, ...]]

OF_VERSION = ("FunctionName", "Resource", "ExecutedVersion")
OF_ALIAS = ("FunctionName", "Resource")


def _split(value: Callable[[Minute], float | None]) -> Metric:
    """Lambda has metrics of a version behind an alias only while the alias is split between two."""
    return lambda minute: value(minute) if 0 < minute.share < 1 else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


METRICS: dict[MetricKey, Metric] = {
    ("AWS/Lambda", "Errors", OF_VERSION): _split(lambda minute: minute.new_errors),
    ("AWS/Lambda", "Duration", OF_VERSION): _split(lambda minute: minute.new_p99_ms),
    # The version prints it whatever the alias does.
    (names.METRIC_NAMESPACE, names.METRIC_SERVER_FAULTS, ("service", "version")): lambda minute: (
        minute.new_server_faults
    ),
    ("AWS/Lambda", "Errors/Invocations", OF_ALIAS): lambda minute: _percent(_share(minute.errors, minute.invocations)),
    ("AWS/Lambda", "Throttles", OF_ALIAS): lambda minute: minute.throttles,
    ("AWS/ApiGateway", "5xx", ("ApiId", "Stage")): lambda minute: _share(minute.server_errors, minute.requests),
    ("AWS/ApiGateway", "5XXError", ("ApiName", "Stage")): lambda minute: _share(minute.server_errors, minute.requests),
    # A function URL counts, and has no share of its own.
    ("AWS/Lambda", "Url5xxCount/UrlRequestCount", OF_ALIAS): lambda minute: _share(
        minute.server_errors, minute.requests
    ),
}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


class NoRollout(Problem):
    """A template whose function gets its versions without CodeDeploy has no rollout to play."""

    def __init__(self) -> None:
        super().__init__("template.yaml has no function with a DeploymentPreference, so there is no rollout to play.")


class UnknownAlarm(Problem):
    """An alarm looks at what this machine does not measure; to pass it over would make the result worthless."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The rehearsal does not know what alarm {name} looks at: let it look at a metric that `sparely docs "
            "operations` lists, or take it out of DeploymentPreference."
        )


@dataclass(frozen=True, slots=True)
class Alarm:
    """Rings when `datapoints` of the last `periods` minutes are above the threshold; a missing one is not."""

    name: str
    metric: Metric
    threshold: float
    periods: int
    datapoints: int

    def rings(self, minutes: Sequence[Minute]) -> bool:
        """Look at the last minutes, oldest first."""
        values = [self.metric(minute) for minute in minutes[-self.periods :]]
        return sum(value is not None and value > self.threshold for value in values) >= self.datapoints


def read_alarms(template: Mapping[str, Any], resolver: Resolver) -> tuple[Alarm, ...]:
    """
    Read the alarms that the serving function's DeploymentPreference names.

    Raises:
        UnknownAlarm: one looks at what this machine does not measure, or compares in another way.
        NoRollout: no function has a DeploymentPreference.
    """
    resources: Mapping[str, Any] = template["Resources"]
    properties = (each.get("Properties", {}) for each in resources.values())
    preference = next((each["DeploymentPreference"] for each in properties if "DeploymentPreference" in each), None)
    if preference is None:
        raise NoRollout
    alarms = resolver.value(preference.get("Alarms", []))
    return tuple(_alarm(name, resolver.value(resources[name]["Properties"])) for name in alarms)


def _alarm(name: str, properties: Mapping[str, Any]) -> Alarm:
    known = METRICS.get(_metric_key(properties))
    if known is None or properties["ComparisonOperator"] != "GreaterThanThreshold" or _period_s(properties) != 60:
        raise UnknownAlarm(name)
    periods = int(properties["EvaluationPeriods"])
    return Alarm(
        name=name,
        metric=known,
        threshold=float(properties["Threshold"]),
        periods=periods,
        datapoints=int(properties.get("DatapointsToAlarm", periods)),
    )


def _metric_key(properties: Mapping[str, Any]) -> MetricKey:
    stats = [each["MetricStat"]["Metric"] for each in properties.get("Metrics", ()) if "MetricStat" in each]
    first, *_ = stats = stats or [properties]
    dimensions = tuple(each["Name"] for each in first["Dimensions"])
    return first["Namespace"], "/".join(each["MetricName"] for each in stats), dimensions


def _period_s(properties: Mapping[str, Any]) -> int:
    if "Metrics" in properties:
        (period,) = {each["MetricStat"]["Period"] for each in properties["Metrics"] if "MetricStat" in each}
        return int(period)
    return int(properties["Period"])
