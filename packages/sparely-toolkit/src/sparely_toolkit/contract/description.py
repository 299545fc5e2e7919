"""What the contract is about: a service by its template and its models, read once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sparely.bundle import Bundle, NoGoldenRows, read_bundles
from sparely_toolkit import names
from sparely_toolkit.contract.own_routes import OwnRoute, read_own_routes
from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.template import API_TYPES
from sparely_toolkit.project import Project

Areas = Mapping[str, Sequence[Bundle]]
Payload = Literal["1.0", "2.0", "url"]
"""Of the events that a REST API, an HTTP API and a function URL send."""
MOST_ROWS = 1_000
"""What the function takes at most in one request where nothing says otherwise."""


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """
    A service as its contract tells it.

    Attributes:
        models: all of them, by area and name; at least one.
        title: what it is called.
        summary: what it predicts, in a sentence.
        payload: the format of the events that its API sends.
        most_rows: how many instances fit in one request.
        own: the routes that its owner has added.
    """

    models: tuple[Bundle, ...]
    title: str = "Prediction service"
    summary: str = "Machine-learning models over HTTP"
    payload: Payload = "2.0"
    most_rows: int = MOST_ROWS
    own: tuple[OwnRoute, ...] = ()

    @property
    def areas(self) -> dict[str, list[Bundle]]:
        """The models by area, in order."""
        areas: dict[str, list[Bundle]] = {}
        for model in self.models:
            areas.setdefault(model.area, []).append(model)
        return areas


def describe(project: Project, models: Sequence[Bundle] | None = None) -> ServiceDescription:
    """
    Read a service.

    Args:
        models: those that it is to have; otherwise those that it has.

    Raises:
        ModelLoadError: a model's files cannot be read.
        NoGoldenRows: there is no model.
        Undescribed: a route that its owner has added has no docstring.
        Unreadable: its handler/app.py cannot be imported.
    """
    template = intrinsics.read(project.template)
    if models is not None and not models:
        raise NoGoldenRows(project.models)
    default = ServiceDescription(tuple(read_bundles(project.models) if models is None else models))
    return ServiceDescription(
        models=default.models,
        title=str(_at(template, "Metadata", names.METADATA, names.SERVICE_NAME) or default.title),
        summary=str(template.get("Description") or default.summary),
        payload=payload_of(template),
        most_rows=int(_at(template, "Parameters", names.PARAMETER_MOST_ROWS, "Default") or default.most_rows),
        own=read_own_routes(project),
    )


def title(name: str) -> str:
    """A model's or an area's name as clients name a type: `sales-2026` is `Sales2026`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


_PAYLOADS: Mapping[str, Payload] = {"rest": "1.0", "http": "2.0", "url": "url"}


def payload_of(template: Mapping[str, Any]) -> Payload:
    """The format of the events that a template's API sends."""
    return _PAYLOADS[API_TYPES.get(f"{_at(template, 'Resources', names.API, 'Type')}", "http")]


def _at(node: Any, *path: str) -> Any:
    """What stands at a place of a document, or nothing."""
    for name in path:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node
