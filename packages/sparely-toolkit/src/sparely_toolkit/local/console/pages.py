"""The pages over HTTP: what happens here, and the API of openapi.yaml to try out by Swagger UI."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sparely_toolkit.local.api_keys import local_key
from sparely_toolkit.local.console.charts import chart_script, live_chart
from sparely_toolkit.local.console.models import models_document
from sparely_toolkit.local.issuer import NoIssuer, NoTokenLibrary
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse, json_response
from sparely_toolkit.local.service import LocalService
from sparely_toolkit.pictures import style
from sparely_toolkit.safe_yaml import parsed

_OWN = Path(__file__).parent
_PAGES = {"/": "status.html", "/docs": "docs.html"}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
}
_NO_SWAGGER_UI = b"The package flask-swagger-ui is not installed. Install requirements/dev.txt.\n"
_NO_CONTRACT = "openapi.yaml is not there: these are the routes of template.yaml, without what they take and give."
_TENSORS = "open-inference-protocol"
_METHODS = ("get", "post", "put", "patch", "delete")


class Pages:
    """Answers `/`, `/docs` and what they load; nothing comes from another machine."""

    def __init__(self, service: LocalService) -> None:
        self._service = service
        self._swagger_ui = _swagger_ui()
        self._documents: dict[str, Callable[[], HttpResponse]] = {
            "/-/openapi.json": lambda: json_response(200, _contract(service)),
            "/-/models": lambda: json_response(200, _models(service)),
            "/-/chart.json": lambda: json_response(200, live_chart()),
            "/-/style.css": lambda: HttpResponse(200, (("content-type", _TYPES[".css"]),), style.css().encode()),
        }

    async def answer(self, request: HttpRequest) -> HttpResponse | None:
        """Answer, or None when it is no page."""
        if request.method not in ("GET", "HEAD"):
            return None
        path = request.raw_path
        if path in _PAGES:
            return _file(_OWN, _PAGES[path])
        if path == "/-/chart.js":
            return await chart_script()
        if path in self._documents:
            return self._documents[path]()
        if path.startswith("/-/pages/"):
            return _file(_OWN, path.rpartition("/")[2])
        if path.startswith("/-/swagger-ui/"):
            if self._swagger_ui is None:
                return HttpResponse(503, (("content-type", "text/plain"),), _NO_SWAGGER_UI)
            return _file(self._swagger_ui, path.rpartition("/")[2])
        return None


def _swagger_ui() -> Path | None:
    # Only its files are wanted; importing the package would import Flask.
    package = importlib.util.find_spec("flask_swagger_ui")
    return Path(package.origin).parent / "dist" if package is not None and package.origin else None


def _file(folder: Path, name: str) -> HttpResponse | None:
    path = folder / name
    if path.suffix not in _TYPES or "/" in name or not path.is_file():
        return None
    headers = (("content-type", _TYPES[path.suffix]), ("cache-control", "no-store"))
    return HttpResponse(200, headers, path.read_bytes())


def _contract(service: LocalService) -> dict[str, Any]:
    """
    Give the OpenAPI document for the page: with this server's address, and what lets a request in here.

    Its examples are openapi.yaml's, which are the models' golden rows.
    """
    path = service.options.contract
    if path is not None and path.is_file():
        contract: dict[str, Any] = parsed(path.read_text(encoding="utf-8"))
    else:
        contract = _from_template(service)
    contract["servers"] = [{"url": _server(service)}]
    contract["x-local-headers"] = _headers(service)
    # What has a row of its own for each model stands last.
    contract.get("tags", []).sort(key=lambda tag: tag["name"] == _TENSORS)
    return contract


def _server(service: LocalService) -> str:
    stage = service.gateway.api.stage
    return "/" if stage == "$default" else f"/{stage}"


def _models(service: LocalService) -> dict[str, Any]:
    """The form's models, and what a request needs to reach one of them here."""
    return {"models": models_document(service), "server": _server(service), "headers": _headers(service)}


def _from_template(service: LocalService) -> dict[str, Any]:
    paths = {
        path: {method: {"responses": {"200": {"description": ""}}} for method in item if method in _METHODS}
        for path, item in service.gateway.api.body["paths"].items()
    }
    return {
        "openapi": "3.0.1",
        "info": {"title": service.deployment.stack_name, "version": "local", "description": _NO_CONTRACT},
        "paths": paths,
    }


def _headers(service: LocalService) -> dict[str, str]:
    """Give what a request needs to be let in here; a signature cannot be made in the page."""
    if service.options.access.off:
        return {}
    if service.gateway.api.kind == "rest":
        return {"x-api-key": local_key()}
    try:
        token = service.issuer.mint(service.deployment)
    except (NoIssuer, NoTokenLibrary):
        return {}
    return {"authorization": f"Bearer {token}"}
