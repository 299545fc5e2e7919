"""How the service is called that `make run` serves: where it listens, and what its API wants of callers."""

import os
import re

from sparely_toolkit.loadtest.authorization import kind
from sparely_toolkit.local.api_keys import DEFAULT_KEY, curl_header, local_key
from sparely_toolkit.local.stage import local_stage
from sparely_toolkit.local.template import read
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

PORT = 3000
_MAKES_PORT = re.compile(r"^PORT\s*[?:]?=\s*(\d+)\s*$", re.MULTILINE)
BEARER = '-H "authorization: Bearer $(.venv/bin/sparely token)"'


def address(project: Project) -> str:
    """Where `make run` listens: at PORT of the environment, else of the service's Makefile."""
    makefile = project.root / "Makefile"
    made = _MAKES_PORT.search(makefile.read_text("utf-8")) if makefile.is_file() else None
    port = os.environ.get("PORT", "")
    return f"http://localhost:{port if port.isdecimal() else made[1] if made else PORT}"


def curl_options(project: Project, key: str | None = None) -> str | None:
    """
    What a curl needs besides its body, as a shell takes it; None where template.yaml does not tell.

    Signatures are not asked for on this machine.

    Args:
        key: the one that an API with keys is sent; otherwise the one that is accepted here.
    """
    try:
        asked_for = kind(read(project.template, local_stage(project)).api.body)
    except Problem:
        return None
    return options(asked_for, key or local_key())


def options(asked_for: str, key: str = DEFAULT_KEY) -> str:
    """The same, by the kind of authorization that an API asks for."""
    return {"key": curl_header(key), "jwt": BEARER}.get(asked_for, "")
