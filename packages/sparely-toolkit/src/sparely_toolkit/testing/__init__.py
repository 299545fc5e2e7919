"""
What a service's own tests ask with; pytest gives these fixtures in a service, without an import.

| fixture | what it is |
| --- | --- |
| `project` | where things of the service are, a `Project` |
| `artifact` | the function's built package, a folder; built first if anything in it has changed |
| `service` | that package behind the local API on loopback, started once a run; authorization is off |
| `ask` | sends one request to it: method, path, and a document if so; returns an `Answer` |
| `invoke` | hands the function one event, as Lambda does; returns an `Answer` |
| `golden` | one model with its golden rows, a `Bundle`; a test runs once for each |
| `area` | one area with rows for all of its models, an `Area`; a test runs once for each |
| `event` | one file of events/, a `SampleEvent`; a test runs once for each |
"""

from sparely.bundle import Bundle
from sparely_toolkit.package.measure import Weight, weigh
from sparely_toolkit.project import Project
from sparely_toolkit.testing.asking import Answer, Ask, Invoke, wrong_answers
from sparely_toolkit.testing.checks import outdated, template_problems
from sparely_toolkit.testing.samples import Area, SampleEvent

__all__ = [
    "Answer",
    "Area",
    "Ask",
    "Bundle",
    "Invoke",
    "Project",
    "SampleEvent",
    "Weight",
    "outdated",
    "template_problems",
    "weigh",
    "wrong_answers",
]
