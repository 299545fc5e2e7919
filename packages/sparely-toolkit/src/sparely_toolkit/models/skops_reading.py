"""A .skops file read without making anything of it: a zip whose schema.json names types, versions and arrays."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sparely_toolkit.models.pickle_reading import Unread

SCHEMA = "schema.json"
MOST_BYTES = 1 << 28
"""Of the schema; more is no model."""
SCIKIT_LEARN = "_sklearn_version"


def read_skops(path: Path) -> tuple[set[str], str | None, str | None]:
    """
    What a file of skops tells.

    Returns:
        The modules that it names, and the versions of scikit-learn and of skops that wrote it.

    Raises:
        Unread: it is no such file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(SCHEMA).file_size > MOST_BYTES:
                raise Unread(f"its {SCHEMA} holds more than {MOST_BYTES >> 20} MiB")
            schema = json.loads(archive.read(SCHEMA))
    except Unread:
        raise
    except Exception as error:  # whatever a stranger's bytes lead to
        raise Unread(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}") from None
    modules: set[str] = set()
    version = None
    for node in _nodes(schema):
        if isinstance(module := node.get("__module__"), str):
            modules.add(module)
        version = version or _text(node.get(SCIKIT_LEARN))
    wrote = schema.get("_skops_version") if isinstance(schema, dict) else None
    return modules, version, wrote if isinstance(wrote, str) else None


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary in it."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _text(node: Any) -> str | None:
    """A text is kept as JSON within the JSON."""
    try:
        text = json.loads(node["content"])
    except (TypeError, KeyError, ValueError, RecursionError):
        return None
    return text if isinstance(text, str) else None
