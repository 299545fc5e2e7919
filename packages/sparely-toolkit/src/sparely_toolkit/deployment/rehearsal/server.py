"""The local server with the artifact now live and the new one behind one alias."""

import contextlib
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sparely_toolkit.local import serving as local
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage

LIVE, NEW = "1", "2"


class LocalServer:
    """Talks to the local server over its control routes; `log` has what the function prints."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self.log = log

    def status(self) -> dict[str, Any]:
        """Counts since the start."""
        return self._call("GET", "/-/status")

    def route(self, new_share: float) -> None:
        """Give the new version a share of traffic and the live one the rest."""
        self._call("PUT", "/-/weights", {LIVE: 1 - new_share, NEW: new_share})

    def _call(self, method: str, path: str, document: Any = None) -> dict[str, Any]:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.url}{path}", body, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            document = json.load(answer)
        return dict(document)


@contextlib.contextmanager
def serving(project: Project, stage: Stage, live: Path, new: Path, log: Path) -> Iterator[LocalServer]:
    """
    Serve two artifacts until the block ends; the new one gets nothing yet.

    Args:
        live: a built template.
        new: a built template, or a folder that `sam build` made of the function.
        log: a file for all that the server and the function print.

    Raises:
        NotServed: the server does not start; the message has its output.
    """
    options = ("--stage", stage.name, "--with", str(new), "--no-auth", "--golden")
    with local.serving(live, log, *options, project=project) as server:
        yield LocalServer(server.url, log)
