"""A service of the model with steps alone, and what asks it; for tests of what an owner puts into app.py."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely import Service
from sparely.handler.routes import ROUTES
from sparely_toolkit.contract import sample_events
from sparely_toolkit.local.routes import Route, RouteTable
from support.stepped import put_stepped

Ask = Callable[..., tuple[int, Any, dict[str, str]]]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A service of the model with steps alone."""
    put_stepped(tmp_path / "models")
    return Service(str(tmp_path / "handler" / "app.py"))


@pytest.fixture
def ask(service: Service, context: Any, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Send one request: method, path, document; the answer's status, document and headers."""

    def send(method: str, path: str, document: Any = None, payload: str = "2.0") -> tuple[int, Any, dict[str, str]]:
        keys = [*ROUTES, *service.own_routes]
        table = RouteTable(
            tuple(
                Route(each, template, {}, {})
                for template in dict.fromkeys([*(key.partition(" ")[2] for key in keys), "/{proxy+}"])
                for each in sample_events.METHODS
            ),
            trailing_slash_matters=True,
        )
        monkeypatch.setattr(sample_events, "ROUTE_TABLE", table)
        body = b"" if document is None else json.dumps(document)
        answer = service(sample_events.event(method, path, body, payload=payload), context)
        return answer["statusCode"], json.loads(answer["body"] or "null"), answer["headers"]

    return send


ROW = {"size": 1, "count": 0}
PREDICT = "/predict/toys/stepped"


def instances(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"instances": list(rows)}
