"""The routes that an owner has added in src/handler/app.py, for the contract and the gateway."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project, text_of

# Without a model, so that neither the engine nor a model's requirements are needed; the last line is the answer.
PROGRAM = """
import json, sys
import sparely.service
from sparely.handler.lookup import Lookup
sparely.service.load_models = lambda root: Lookup({}, {})
import handler.app
services = [each for each in vars(handler.app).values() if isinstance(each, sparely.service.Service)]
routes = [
    {"key": key, "function": getattr(own.function, "__name__", "its function"),
     "description": own.function.__doc__ or "", "response": own.response, "body": own.body,
     "example": dict(own.example)}
    for key, own in (services[0].own_routes.items() if services else ())
]
print()
print(json.dumps(routes))
"""
MENTIONED = re.compile(r"\.route\s*\(")


class Undescribed(Problem):
    """A route has no docstring, so nobody could tell callers what it does."""

    exit_code = ExitCode.NO

    def __init__(self, key: str, function: str) -> None:
        super().__init__(f"The route {key} has no description; write a docstring for {function}().")


class Unreadable(Problem):
    """src/handler/app.py cannot be imported, so its routes are not known."""

    exit_code = ExitCode.NO

    def __init__(self, reason: str) -> None:
        super().__init__(f"src/handler/app.py cannot be imported, so its routes are not known: {reason}")


@dataclass(frozen=True, slots=True)
class OwnRoute:
    """
    A route of the owner's.

    Attributes:
        key: such as `GET /segments/{name}`.
        description: its function's docstring.
        response: JSON schema of its answer, anything where none was given.
        body: JSON schema of what it takes, None where none was given.
        example: a good value for each name in its path, as far as some were given.
    """

    key: str
    description: str
    response: Mapping[str, Any]
    body: Mapping[str, Any] | None
    example: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.key.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.key.partition(" ")[2]

    @property
    def summary(self) -> str:
        """The description's first paragraph in one line."""
        return " ".join(self.description.partition("\n\n")[0].split()).rstrip(".")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(re.findall(r"\{([^}]+)\}", self.path))

    @property
    def example_path(self) -> str | None:
        """A path that it answers well, None where that is not known."""
        if not {*self.parameters} <= {*self.example}:
            return None
        return re.sub(r"\{([^}]+)\}", lambda name: quote(self.example[name[1]], safe=""), self.path)


def read_own_routes(project: Project) -> tuple[OwnRoute, ...]:
    """
    Import src/handler/app.py in a process of its own, without models, and ask its service; only if it mentions a route.

    Raises:
        Undescribed: a route's function has no docstring.
        Unreadable: the import fails.
    """
    sources = [file for file in project.source.rglob("*.py") if project.models not in file.parents]
    if not any(MENTIONED.search(text_of(file)) for file in sources):
        return ()
    return tuple(map(_read, _ask(project)))


def _read(document: Mapping[str, Any]) -> OwnRoute:
    description = _dedented(document["description"])
    if not description:
        raise Undescribed(document["key"], document["function"])
    return OwnRoute(document["key"], description, document["response"] or {}, document["body"], document["example"])


def _dedented(docstring: str) -> str:
    first, _, rest = docstring.strip().partition("\n")
    return "\n".join([first, *(line.strip() for line in rest.splitlines())]).strip()


def _ask(project: Project) -> list[dict[str, Any]]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(project.source),
        "PYTHONDONTWRITEBYTECODE": "1",
        "POWERTOOLS_METRICS_NAMESPACE": "contract",
        "POWERTOOLS_SERVICE_NAME": "contract",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=project.source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unreadable(done.stderr.strip().rpartition("\n")[2] or "no reason was given")
    if not done.stdout:
        raise Unreadable("its code ends the process.")
    routes: list[dict[str, Any]] = json.loads(done.stdout.rstrip("\n").rpartition("\n")[2])
    return routes
