"""Whether template.yaml has what the toolkit relies on, and was written for this version of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import yaml

from sparely.handler.routes import ROUTES
from sparely_toolkit import names
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning
from sparely_toolkit.local import intrinsics
from sparely_toolkit.project import Project


def template_findings(project: Project) -> Iterator[Finding]:
    """Look at template.yaml as its owner edits it."""
    try:
        template = intrinsics.load(project.template.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        yield problem("template", f"template.yaml is no YAML: {' '.join(str(error).split())}")
        return
    missing = [*missing_names(template), *missing_routes(template, ROUTES)]
    yield from missing or [ok("template", "template.yaml has every name and route that the toolkit relies on")]
    yield written_for(template, toolkit_version())


def missing_names(template: Mapping[str, Any]) -> Iterator[Finding]:
    """One problem for each logical id, output and parameter that is not there, with the line to add."""
    for section, lines in names.LINES.items():
        for name, line in lines.items():
            if name not in template.get(section, {}):
                yield problem("template", f"template.yaml has no {name} under {section}; add `{line}`.")


def missing_routes(template: Mapping[str, Any], routes: Iterable[str]) -> Iterator[Finding]:
    """
    One problem for each route that the function serves and the gateway does not hand on.

    Args:
        routes: as `GET /models`; nothing is said where the API's body does not stand in the template.
    """
    api = template.get("Resources", {}).get(names.API, {})
    body = api.get("Properties", {}).get("DefinitionBody")
    if not isinstance(body, Mapping):
        return
    paths = body.get("paths") or {}
    for route in routes:
        method, _, path = route.partition(" ")
        if method.lower() in paths.get(path, {}):
            continue
        yield problem("template", f"template.yaml does not route {route}; `make contract` writes it.")


def written_for(template: Mapping[str, Any], toolkit: str) -> Finding:
    """
    Compare the template's version with the toolkit's.

    Args:
        toolkit: the toolkit's version, as `toolkit_version` gives it.
    """
    written = template.get("Metadata", {}).get(names.METADATA, {}).get(names.TEMPLATE_VERSION)
    place = f"Metadata.{names.METADATA}.{names.TEMPLATE_VERSION}"
    if written is None:
        return warning("toolkit", f"template.yaml does not say for which one it was written; set {place}: {toolkit}.")
    if str(written) != toolkit:
        return warning(
            "toolkit",
            f"template.yaml was written for {written}, this is {toolkit}: see in the changelog what it wants of "
            f"template.yaml, then set {place}: {toolkit}.",
        )
    return ok("toolkit", f"{toolkit}, as template.yaml wants it")


def toolkit_version() -> str:
    """This toolkit's version without the count of what is in development, which no template follows."""
    return re.sub(r"\.dev\d+$", "", version("sparely-toolkit"))
