"""openapi.yaml as the page shows it: with this server's address, and what lets a request in here."""

from typing import TYPE_CHECKING, Any

import yaml

from sparely_toolkit.local.api_keys import local_key
from sparely_toolkit.local.issuer import LocalIssuer, NoIssuer, NoTokenLibrary

if TYPE_CHECKING:
    from sparely_toolkit.local.service import LocalService

_MISSING = "openapi.yaml is not there: these are the routes of template.yaml, without what they take and give."
_METHODS = ("get", "post", "put", "patch", "delete")


def document(service: "LocalService") -> dict[str, Any]:
    """Give the OpenAPI document for the page; its examples are openapi.yaml's, which are the models' golden rows."""
    path = service.options.project / "openapi.yaml"
    if path.is_file():
        contract: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    else:
        contract = _from_template(service)
    stage = service.gateway.api.stage
    contract["servers"] = [{"url": "/" if stage == "$default" else f"/{stage}"}]
    contract["x-local-headers"] = _headers(service)
    return contract


def _from_template(service: "LocalService") -> dict[str, Any]:
    paths = {
        path: {method: {"responses": {"200": {"description": ""}}} for method in item if method in _METHODS}
        for path, item in service.gateway.api.body["paths"].items()
    }
    return {
        "openapi": "3.0.1",
        "info": {"title": service.deployment.stack_name, "version": "local", "description": _MISSING},
        "paths": paths,
    }


def _headers(service: "LocalService") -> dict[str, str]:
    """Give what a request needs to be let in here; a signature cannot be made in the page."""
    if service.options.access.off:
        return {}
    if service.gateway.api.kind == "rest":
        return {"x-api-key": local_key()}
    try:
        token = LocalIssuer(service.options.access.keys).mint(service.deployment)
    except (NoIssuer, NoTokenLibrary):
        return {}
    return {"authorization": f"Bearer {token}"}
