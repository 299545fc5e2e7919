"""YAML of files, read into plain values: by libyaml where PyYAML has it, which is ten times as fast."""

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

__all__ = ["SafeLoader", "parsed"]


def parsed(text: str) -> Any:
    """
    What a document says.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    return yaml.load(text, Loader=SafeLoader)  # noqa: S506 - safe by either
