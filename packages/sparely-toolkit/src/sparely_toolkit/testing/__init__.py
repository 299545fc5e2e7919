"""
What a service's own tests ask with; pytest gives these fixtures in a service, without an import.

| fixture | what it is |
| --- | --- |
| `project` | where things of the service are, a `Project` |
| `artifact` | the function's built package, a folder; built first if anything in it has changed |
| `service` | that package behind the local API on loopback, started once a run; authorization is off; a `LocalServer` |
| `ask` | sends one request to it: method, path, and a document if so; returns an `Answer` |
| `invoke` | hands the function one event, as Lambda does; returns an `Answer` |
| `golden` | one model with its golden rows, a `Bundle`; a test runs once for each |
| `area` | one area with rows for all of its models, an `Area`; a test runs once for each |
| `event` | one file of events/, a `SampleEvent`; a test runs once for each |

Names are loaded when they are asked for: pytest loads this package before it has read what a test run sets.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparely.bundle import Bundle as Bundle
    from sparely_toolkit.local.serving import LocalServer as LocalServer
    from sparely_toolkit.package.measure import Weight as Weight
    from sparely_toolkit.package.measure import weigh as weigh
    from sparely_toolkit.project import Project as Project
    from sparely_toolkit.testing.asking import Answer as Answer
    from sparely_toolkit.testing.asking import Ask as Ask
    from sparely_toolkit.testing.asking import Invoke as Invoke
    from sparely_toolkit.testing.asking import wrong_answers as wrong_answers
    from sparely_toolkit.testing.checks import outdated as outdated
    from sparely_toolkit.testing.checks import template_problems as template_problems
    from sparely_toolkit.testing.samples import Area as Area
    from sparely_toolkit.testing.samples import SampleEvent as SampleEvent

_PLACES = {
    "Answer": "sparely_toolkit.testing.asking",
    "Area": "sparely_toolkit.testing.samples",
    "Ask": "sparely_toolkit.testing.asking",
    "Bundle": "sparely.bundle",
    "Invoke": "sparely_toolkit.testing.asking",
    "LocalServer": "sparely_toolkit.local.serving",
    "Project": "sparely_toolkit.project",
    "SampleEvent": "sparely_toolkit.testing.samples",
    "Weight": "sparely_toolkit.package.measure",
    "outdated": "sparely_toolkit.testing.checks",
    "template_problems": "sparely_toolkit.testing.checks",
    "weigh": "sparely_toolkit.package.measure",
    "wrong_answers": "sparely_toolkit.testing.asking",
}


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
