"""The pages' files over HTTP: ours, and Swagger UI's from the package that bundles it."""

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING

from sparely_toolkit.local.pages import contract
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse

if TYPE_CHECKING:
    from sparely_toolkit.local.service import LocalService

_OWN = Path(__file__).parent
_PAGES = {"/": "status.html", "/docs": "docs.html"}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
}
_NO_SWAGGER_UI = b"The package flask-swagger-ui is not installed. Install requirements/dev.txt.\n"


class Pages:
    """Answers `/`, `/docs` and what they load; nothing comes from another machine."""

    def __init__(self, service: "LocalService") -> None:
        self._service = service
        self._swagger_ui = _swagger_ui()

    def answer(self, asked: HttpRequest) -> HttpResponse | None:
        """Answer, or None when it is no page."""
        if asked.method not in ("GET", "HEAD"):
            return None
        path = asked.raw_path
        if path in _PAGES:
            return _file(_OWN, _PAGES[path])
        if path == "/-/openapi.json":
            document = json.dumps(contract.document(self._service)).encode()
            return HttpResponse(200, (("content-type", "application/json"), ("cache-control", "no-store")), document)
        if path.startswith("/-/pages/"):
            return _file(_OWN, path.rpartition("/")[2])
        if path.startswith("/-/swagger-ui/"):
            if self._swagger_ui is None:
                return HttpResponse(503, (("content-type", "text/plain"),), _NO_SWAGGER_UI)
            return _file(self._swagger_ui, path.rpartition("/")[2])
        return None


def _swagger_ui() -> Path | None:
    # Only its files are wanted; importing the package would import Flask.
    found = importlib.util.find_spec("flask_swagger_ui")
    return Path(found.origin).parent / "dist" if found is not None and found.origin else None


def _file(folder: Path, name: str) -> HttpResponse | None:
    path = folder / name
    if path.suffix not in _TYPES or "/" in name or not path.is_file():
        return None
    headers = (("content-type", _TYPES[path.suffix]), ("cache-control", "no-store"))
    return HttpResponse(200, headers, path.read_bytes())
