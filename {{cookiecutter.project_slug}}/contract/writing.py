"""A document as YAML that people read: no aliases, order as built, long texts over several lines."""

from typing import Any

import yaml

FIRST_LINE = "# Written by `python -m contract` from src/models and src/handler; do not edit by hand.\n"


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def to_yaml(document: Any) -> str:
    """The document as text."""
    return FIRST_LINE + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
