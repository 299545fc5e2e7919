"""Whether template.yaml has what the toolkit relies on, and was written for this version of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from sparely.handler.routes import ROUTES
from sparely_toolkit import names
from sparely_toolkit.contract.writing import Unmarked, is_marked
from sparely_toolkit.deployment.doctor.finding import PROBLEM, Finding, ok, problem, warning
from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.intrinsics import BrokenTemplate
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project, text_of
from sparely_toolkit.samconfig import read_stage, stages


def template_findings(project: Project) -> Iterator[Finding]:
    """Look at template.yaml as its owner edits it."""
    try:
        template = intrinsics.read(project.template)
    except BrokenTemplate as fault:
        yield problem("template", f"{fault}")
        return
    is_written = is_marked(text_of(project.template))
    missing = [
        *missing_names(template),
        *another_alias(template),
        *missing_routes(template, ROUTES, is_written=is_written),
    ]
    yield from missing or [ok("template", "template.yaml has every name and route that the toolkit relies on")]
    yield written_for(template, version("sparely-toolkit"))


def missing_names(template: Mapping[str, Any]) -> Iterator[Finding]:
    """One problem for each logical id, output and parameter that is not there, with the line to add."""
    for section, lines in names.LINES.items():
        for name, line in lines.items():
            if name not in template.get(section, {}):
                yield problem("template", f"template.yaml has no {name} under {section}; add `{line}`.")


def another_alias(template: Mapping[str, Any]) -> Iterator[Finding]:
    """A problem where the function publishes another alias than the one that all else calls."""
    function = template.get("Resources", {}).get(names.FUNCTION, {})
    alias = function.get("Properties", {}).get("AutoPublishAlias")
    if function and alias != names.ALIAS:
        has = f'has the AutoPublishAlias "{alias}"' if alias else "has no AutoPublishAlias"
        yield problem(
            "template",
            f"{names.FUNCTION} {has}, and the API, alarms and commands ask {names.ALIAS}; "
            f"write `AutoPublishAlias: {names.ALIAS}`.",
        )


def misfits(project: Project) -> list[str]:
    """What keeps template.yaml and the stages of samconfig.toml from fitting together; nothing where they do."""
    found = [finding.text for finding in template_findings(project) if finding.state == PROBLEM]
    return found or [*_of_stages(project)]


def _of_stages(project: Project) -> Iterator[str]:
    template = intrinsics.read(project.template)
    try:
        known = stages(project.samconfig)
    except Problem as fault:
        yield f"{fault}"
        return
    for name in known:
        try:
            stage = read_stage(project.samconfig, name)
            assert stage.stack
            parameter_values(template, stage.overrides)
        except Problem as fault:
            yield f"stage {name}: {fault}"


def missing_routes(template: Mapping[str, Any], routes: Iterable[str], *, is_written: bool = True) -> Iterator[Finding]:
    """
    One problem for each route that the function serves and the gateway does not hand on.

    Args:
        routes: as `GET /models`; nothing is said where the API's body does not stand in the template.
        is_written: whether the template has the marks that `make contract` writes between; without them it is one
            problem for all, which says what to add.
    """
    api = template.get("Resources", {}).get(names.API, {})
    body = api.get("Properties", {}).get("DefinitionBody")
    if not isinstance(body, Mapping):
        return
    paths = body.get("paths") or {}
    lacking = [
        route
        for route in routes
        for method, _, path in [route.partition(" ")]
        if method.lower() not in paths.get(path, {})
    ]
    if lacking and not is_written:
        yield problem("template", f"{Unmarked(lacking)}")
        return
    for route in lacking:
        yield problem("template", f"template.yaml does not route {route}; `make contract` writes it.")


def written_for(template: Mapping[str, Any], toolkit: str) -> Finding:
    """
    Compare the template's version with the toolkit's.

    Args:
        toolkit: the toolkit's version, as `sparely --version` says it; what is in development is of the next.
    """
    target = released(toolkit)
    told = template.get("Metadata", {}).get(names.METADATA)
    written = told.get(names.TEMPLATE_VERSION) if isinstance(told, dict) else None
    place = f"Metadata.{names.METADATA}.{names.TEMPLATE_VERSION}"
    if written is None:
        return warning("toolkit", f"template.yaml does not say for which one it was written; set {place}: {target}.")
    if str(written) != target:
        return warning(
            "toolkit",
            f"template.yaml was written for {written}, this is {toolkit}: see in the changelog what it wants of "
            f"template.yaml, then set {place}: {target}.",
        )
    return ok("toolkit", f"{toolkit}, as template.yaml wants it")


def released(toolkit: str) -> str:
    """A version without the count of what is in development, which no template follows."""
    return re.sub(r"\.dev\d+$", "", toolkit)
