"""What is observed of a service and paid for, as its built template says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.contract.own_routes import read_own_routes
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.local.template import resources_of
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage

SHARED_METRICS = 3
"""Those of the whole service: Outside, Faults and ColdStart. ServerFaults is there only in hours that had one."""
METRICS_A_MODEL = 2
"""Its predictions, and its values outside what training saw."""
METRICS_OF_ALARMS = 2
"""With Metrics=alarms: Outside, and ServerFaults when there are some."""


@dataclass(frozen=True, slots=True)
class Observed:
    """
    What the log gets and what is looked at.

    Attributes:
        log_share: of predictions that went well, those that get a line of the function.
        platform_lines: whether Lambda writes the two lines with which each request begins and ends.
        only_alarms: whether only what alarms look at are custom metrics.
        models: how many there are, each with metrics of its own.
        own_routes: how many there are, each with a metric of its own.
        alarm_metrics: metrics that alarms look at.
    """

    log_share: float = 1.0
    platform_lines: bool = True
    only_alarms: bool = False
    models: int = 4
    own_routes: int = 0
    alarm_metrics: int = 8
    dashboards: int = 1
    log_retention_days: int = 30

    @property
    def custom_metrics(self) -> int:
        """How many the service gives at most: one is paid for in hours that have data of it."""
        if self.only_alarms:
            return METRICS_OF_ALARMS
        return METRICS_A_MODEL * self.models + self.own_routes + SHARED_METRICS


def read(project: Project, deployment: Deployment, template: Path, stage: Stage) -> Observed:
    """
    Read what a built template says of it.

    Raises:
        Problem: an own route cannot be read.
    """
    function = deployment.function
    resources = resources_of(template, stage)
    alarms = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    return Observed(
        log_share=float(function.variables.get("LOG_SAMPLE_RATE", "1")),
        platform_lines=function.logging.get("SystemLogLevel", "INFO") != "WARN",
        only_alarms=function.variables.get("METRICS") == "alarms",
        models=len(list(function.artifact.glob("models/*/*/manifest.json"))),
        own_routes=len(read_own_routes(project)),
        alarm_metrics=sum(map(_looked_at, alarms)),
        dashboards=sum(each["Type"] == "AWS::CloudWatch::Dashboard" for each in resources.values()),
        log_retention_days=_kept_days(resources),
    )


def _looked_at(alarm: Mapping[str, Any]) -> int:
    """An alarm on an expression is paid for by the metrics in it."""
    return sum("MetricStat" in each for each in alarm["Metrics"]) if "Metrics" in alarm else 1


def _kept_days(resources: Mapping[str, Mapping[str, Any]]) -> int:
    groups = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Logs::LogGroup"]
    return max((int(each["RetentionInDays"]) for each in groups if "RetentionInDays" in each), default=30)
