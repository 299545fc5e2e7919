"""What AWS' own tools say of template.yaml before AWS does."""

import json
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from cfnlint import api as cfnlint
from cfnlint.config import ManualArgs

from support.services import APIS
from tests.infrastructure.conftest import PARAMETER_SETS, REGION, Template

# W2001 "Parameter not used": the transform has put the values of some into what it made.
IGNORED = ["W2001"]


def _sampled(number: int, api: str) -> bool:
    # The defaults of every API, and each other set with one of them in turn; the rest is for `make soak`.
    return number == 0 or APIS[number % len(APIS)] == api


COMBINED = [
    pytest.param(api, parameters, id=f"{api}-{name}", marks=() if _sampled(number, api) else pytest.mark.soak)
    for number, (name, parameters) in enumerate(PARAMETER_SETS.items())
    for api in APIS
]


@pytest.mark.parametrize(("template", "parameters"), COMBINED, indirect=["template"])
def test_what_cloudformation_gets_is_valid(template: Template, parameters: Mapping[str, str]) -> None:
    """cfn-lint of the expanded template: the source's lint sees neither ring nor generated resource."""
    text = json.dumps(template.translate(parameters), indent=1)

    found = cfnlint.lint(text, config=ManualArgs(regions=[REGION], ignore_checks=IGNORED))

    assert [f"{each.rule.id} {each.path}: {each.message}" for each in found] == []


def test_the_source_is_valid(template: Template, tmp_path: Path) -> None:
    """cfn-lint of the source, as `sam validate --lint` runs it."""
    found = cfnlint.lint(template.text, config=ManualArgs(regions=[REGION]))

    assert [f"{each.rule.id} {each.path}: {each.message}" for each in found] == []


@pytest.mark.parametrize(("template", "parameters"), COMBINED, indirect=["template"])
def test_no_resource_waits_for_itself(template: Template, parameters: Mapping[str, str]) -> None:
    """The alias waits for alarms on the API, and the API for nothing that waits for the alias."""
    resources = template.translate(parameters)["Resources"]

    graph = {name: {each for each in references(node) if each in resources} for name, node in resources.items()}

    assert len([*TopologicalSorter(graph).static_order()]) == len(resources)
    assert "Api" in graph["ApiErrors"] or template.api in ("rest-key", "function-url")


def test_every_parameter_is_described_and_used(template: Template) -> None:
    """A parameter without a sentence is a riddle; one that nothing reads is a lie."""
    document = template.document
    body = json.dumps({name: part for name, part in document.items() if name != "Parameters"})

    for name, parameter in document["Parameters"].items():
        assert parameter["Description"], name
        assert f'"Ref": "{name}"' in body or f"${{{name}}}" in body, name


def references(node: Any) -> set[str]:
    """Names that a resource's JSON waits for."""
    found: set[str] = set()
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("Ref", "DependsOn"):
                found |= {value} if isinstance(value, str) else set(value)
            elif key == "Fn::GetAtt":
                found.add(value[0])
            elif key == "Fn::Sub":
                text = value if isinstance(value, str) else value[0]
                found |= {part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:]}
            found |= references(value)
    elif isinstance(node, list):
        for each in node:
            found |= references(each)
    return found
