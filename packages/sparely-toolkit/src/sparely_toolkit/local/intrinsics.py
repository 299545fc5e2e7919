"""CloudFormation's intrinsic functions, as far as reading a serverless template needs them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sparely_toolkit.problems import Problem
from sparely_toolkit.safe_yaml import SafeLoader

NO_VALUE = object()
_SECTIONS: Mapping[str, tuple[type, ...]] = {
    "Parameters": (dict,),
    "Resources": (dict,),
    "Outputs": (dict,),
    "Mappings": (dict,),
    "Conditions": (object,),
    "Metadata": (object,),
    "Globals": (dict,),
}
"""What a template is made of, and what the entries of each section are."""
_MERGE = "tag:yaml.org,2002:merge"
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class UnresolvedIntrinsic(Problem):
    """A template uses what cannot be known without AWS."""

    def __init__(self, what: str, known: str) -> None:
        super().__init__(f"{what} cannot be resolved on this machine. {known}")


class BrokenTemplate(Problem):
    """A template's file is not what a template is."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is no template: {reason.rstrip('.')}.")


class _TemplateLoader(SafeLoader):
    """YAML with CloudFormation's short tags, read as their long forms; a name that is there twice is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        known: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE:
                if key.value in known:
                    raise yaml.constructor.ConstructorError(None, None, f'"{key.value}" is there twice', key.start_mark)
                known.add(key.value)
        return super().construct_mapping(node, deep)


def _long_form(loader: _TemplateLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


yaml.add_multi_constructor("!", _long_form, _TemplateLoader)
# By name: SAM's and others' packages have SafeLoader make other mappings once they are imported.
yaml.add_constructor("tag:yaml.org,2002:map", _TemplateLoader.construct_yaml_map, _TemplateLoader)


def load(text: str) -> dict[str, Any]:
    """Read a template's YAML; `!Sub x` becomes `{"Fn::Sub": x}` and so on."""
    document = yaml.load(text, Loader=_TemplateLoader)  # noqa: S506 - a SafeLoader
    return document if isinstance(document, dict) else {}


def read(path: Path) -> dict[str, Any]:
    """
    Read a template's file.

    Raises:
        BrokenTemplate: it is not YAML, or its sections are not what they are in a template.
    """
    try:
        document = load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BrokenTemplate(path, f"{line}{error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise BrokenTemplate(path, " ".join(str(error).split())) from None
    if document.get("Resources") is None:
        raise BrokenTemplate(path, "it has no Resources")
    for section, kinds in _SECTIONS.items():
        if section in document and document[section] is None:
            document[section] = {}
        entries = document.get(section, {})
        if not isinstance(entries, dict):
            raise BrokenTemplate(path, f"{section} is not a table of names")
        for name, entry in entries.items():
            if not isinstance(entry, kinds):
                raise BrokenTemplate(path, f"{section}.{name} is not a table")
    for name, resource in document.get("Resources", {}).items():
        if not isinstance(resource.get("Properties", {}), dict):
            raise BrokenTemplate(path, f"Resources.{name}.Properties is not a table")
    return document


@dataclass(frozen=True)
class Resolver:
    """
    Gives the values of intrinsics.

    A reference to a resource is its logical id and an attribute is `<logical id>.<attribute>`: symbols, since
    nothing is deployed. An ARN built from them still shows which function is meant.
    """

    parameters: Mapping[str, Any]
    conditions: Mapping[str, Any]
    mappings: Mapping[str, Any] = field(default_factory=dict)
    resources: frozenset[str] = frozenset()

    def value(self, node: Any) -> Any:
        """Resolve a tree; members that become `AWS::NoValue` are left out."""
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, argument), *_ = node.items()
            if name in _FUNCTIONS:
                return self._result(name, argument)
        resolved = {key: self.value(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not NO_VALUE}

    def _result(self, name: str, argument: Any) -> Any:
        try:
            return _FUNCTIONS[name](self, argument)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise UnresolvedIntrinsic(f"{name} of {str(argument)[:80]}", f"It is not written as {name} is.") from error

    def holds(self, condition: str) -> bool:
        """Tell whether a named condition of the template is true."""
        if condition not in self.conditions:
            raise UnresolvedIntrinsic(f'Condition "{condition}"', f"Known: {', '.join(self.conditions)}.")
        return bool(self.value(self.conditions[condition]))

    def reference(self, name: str) -> Any:
        """Give a parameter's value, a pseudo parameter's, or a resource's logical id."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.parameters:
            return self.parameters[name]
        if name.split(".")[0] in self.resources:
            return name
        raise UnresolvedIntrinsic(f'"{name}"', f"Parameters: {', '.join(sorted(self.parameters))}.")


def resolver_of(
    template: Mapping[str, Any], overrides: Mapping[str, str], *, stack_name: str, region: str, account: str
) -> Resolver:
    """
    Make the resolver of a template that nobody has deployed.

    Args:
        overrides: values of parameters; the template's defaults hold for the others.
    """
    defaults = {
        name: parameter["Default"]
        for name, parameter in template.get("Parameters", {}).items()
        if "Default" in parameter
    }
    pseudo = {
        "AWS::StackName": stack_name,
        "AWS::Region": region,
        "AWS::AccountId": account,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:stack/local",
    }
    return Resolver(
        parameters={**defaults, **overrides, **pseudo},
        conditions=template.get("Conditions", {}),
        mappings=template.get("Mappings", {}),
        resources=frozenset(template.get("Resources", {})),
    )


def _substitute(resolver: Resolver, argument: Any) -> str:
    text, own = argument if isinstance(argument, list) else (argument, {})

    def replacement(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return "${" + name + "}"
        return _as_text(resolver.value(own[name]) if name in own else resolver.reference(name))

    return _PLACEHOLDER.sub(replacement, text)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _either(resolver: Resolver, argument: list[Any]) -> Any:
    condition, yes, no = argument
    return resolver.value(yes if resolver.holds(condition) else no)


def _attribute(resolver: Resolver, argument: list[str] | str) -> str:
    return resolver.value(argument) if isinstance(argument, str) else ".".join(map(str, argument))


def _found_in_map(resolver: Resolver, argument: list[Any]) -> Any:
    map_name, first, second = (resolver.value(part) for part in argument[:3])
    return resolver.mappings[map_name][first][second]


def _joined(resolver: Resolver, argument: list[Any]) -> str:
    separator, parts = argument
    return str(separator).join(_as_text(part) for part in resolver.value(parts))


def _equal(resolver: Resolver, argument: list[Any]) -> bool:
    # CloudFormation compares as text: parameters of type Number arrive as strings.
    first, second = (_as_text(resolver.value(part)) for part in argument)
    return first == second


def _selected(resolver: Resolver, argument: list[Any]) -> Any:
    index, values = argument
    return resolver.value(values)[int(resolver.value(index))]


_FUNCTIONS: dict[str, Callable[[Resolver, Any], Any]] = {
    "Ref": lambda resolver, name: resolver.reference(name),
    "Condition": lambda resolver, name: resolver.holds(name),
    "Fn::Sub": _substitute,
    "Fn::If": _either,
    "Fn::GetAtt": _attribute,
    "Fn::Join": _joined,
    "Fn::Select": _selected,
    "Fn::Split": lambda resolver, argument: str(resolver.value(argument[1])).split(argument[0]),
    "Fn::FindInMap": _found_in_map,
    "Fn::Equals": _equal,
    "Fn::Not": lambda resolver, argument: not resolver.value(argument[0]),
    "Fn::And": lambda resolver, argument: all(resolver.value(part) for part in argument),
    "Fn::Or": lambda resolver, argument: any(resolver.value(part) for part in argument),
}
