"""Updates in the order of dependencies, as CloudFormation makes them; moto adds all before it changes any."""

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

from moto.cloudformation.parsing import ResourceMap, parse_and_update_resource

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)")


def references(node: Any) -> Iterator[str]:
    """Every logical id that a resource's JSON names; names of parameters come along."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("Ref", "DependsOn") and isinstance(value, str):
                yield value
            elif key == "Fn::GetAtt":
                yield value[0]
            elif key == "Fn::Sub":
                yield from _PLACEHOLDER.findall(value if isinstance(value, str) else value[0])
            yield from references(value)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def _in_order(resources: dict[str, Any]) -> Iterator[str]:
    graph = {name: {each for each in references(node) if each in resources} for name, node in resources.items()}
    return iter(TopologicalSorter(graph).static_order())


def _update(self: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None) -> None:
    actions = self.build_resource_diff(template, parameters)
    removed = {name: (self._parsed_resources.get(name), self._resource_json_map[name]) for name in actions["Remove"]}
    self._template, self.input_parameters = template, parameters or self.input_parameters
    for load in (self.load_mapping, self.load_parameters, self.load_conditions):
        load()
    self._resource_json_map = template["Resources"]
    for name in _in_order(template["Resources"]):
        if name in actions["Modify"] and self._parsed_resources.get(name):
            place = {"account_id": self._account_id, "region_name": self._region_name}
            node = self._resource_json_map[name]
            self._parsed_resources[name] = parse_and_update_resource(name, node, self, **place)
        elif name in actions["Modify"] or name in actions["Add"]:
            self._parsed_resources.pop(name, None)
            _ = self[name]
    for resource, node in removed.values():
        if resource and node.get("DeletionPolicy") != "Retain":
            self._delete_resource(resource, node)


def install() -> None:
    """Replace how a stack is updated."""
    resource_map: Any = ResourceMap
    resource_map.update = _update
