"""Documents as YAML that people read: order as built, long texts over several lines."""

import re
from collections.abc import Sequence
from typing import Any

import yaml

from sparely_toolkit import names
from sparely_toolkit.marked import replace_between
from sparely_toolkit.problems import ExitCode, Problem

FIRST_LINE = "# Written by `make contract` from the models in src/models; do not edit by hand.\n"
# In template.yaml; what stands between belongs to the program.
BEGIN, END = "# >>> Written by `make contract`; do not edit by hand.", "# <<< To here."
_BEGINNING = re.compile(rf"^( *){re.escape(BEGIN)}\n", re.MULTILINE)


class Unmarked(Problem):
    """A route has no place in template.yaml."""

    exit_code = ExitCode.NO

    def __init__(self, routes: Sequence[str]) -> None:
        super().__init__(
            f"template.yaml does not route {', '.join(routes)}, and has no marks to write between: put `{BEGIN}` above "
            f"and `{END}` below `paths` in the DefinitionBody of {names.API}, or add the routes by hand."
        )


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


class _WithoutAliases(_Dumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


class Quoted(str):
    """A text that is written in quotes, as a template fills it in."""


class OneLineList(list[Any]):
    """A list that is written in one line, whatever is in it."""


class OneLineMap(dict[str, Any]):
    """An object that is written in one line, whatever is in it."""


def _in_quotes(dumper: _Dumper, text: Quoted) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


_WithoutAliases.add_representer(Quoted, _in_quotes)


class _WithAliases(_Dumper):
    def generate_anchor(self, node: yaml.Node) -> str:
        super().generate_anchor(node)
        return f"shared{self.last_anchor_id}"

    def list_in_one_line(self, values: OneLineList) -> yaml.Node:
        return self.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)

    def map_in_one_line(self, members: OneLineMap) -> yaml.Node:
        return self.represent_mapping("tag:yaml.org,2002:map", members, flow_style=True)


_WithAliases.add_representer(OneLineList, _WithAliases.list_in_one_line)
_WithAliases.add_representer(OneLineMap, _WithAliases.map_in_one_line)


def to_yaml(document: Any) -> str:
    """The document as the text of a file."""
    text = yaml.dump(document, Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True, width=120)
    return FIRST_LINE + text


def to_block(document: Any, indent: str) -> str:
    """The document as a part of another: small collections in one line, what is the same object written once."""
    text = yaml.dump(
        document, Dumper=_WithAliases, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
    )
    return "".join(f"{indent}{line}\n" for line in text.splitlines())


def is_marked(text: str) -> bool:
    """Whether a text has both marks, one below the other."""
    beginning = _BEGINNING.search(text)
    return beginning is not None and f"{beginning[1]}{END}\n" in text[beginning.end() :]


def with_block(text: str, document: Any) -> str:
    """The text with the document between its marks; a text without marks as it is."""
    beginning = _BEGINNING.search(text)
    if beginning is None:
        return text
    return replace_between(text, beginning[0], f"{beginning[1]}{END}\n", to_block(document, beginning[1]))
