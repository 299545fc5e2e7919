"""What the check of a new version ships of `sparely`: its own modules and what those import, and so no engine."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "sparely"
CHECK = "sparely.check.app"
"""Holds the handlers that template.yaml names."""


def modules_of_check(tree: Path) -> list[Path]:
    """
    The files below an installed tree that the check needs, in the order of their names.

    Every import statement counts, also those within functions; what a package loads only when a name of it is asked
    for (PEP 562) and what is imported for type checkers alone do not.
    """
    files: dict[str, Path] = {}
    waiting = [CHECK]
    while waiting:
        name = waiting.pop()
        file = _file(tree, name)
        if name in files or file is None:
            continue
        files[name] = file
        waiting += _parents(name)
        waiting += _imports(ast.parse(file.read_text("utf-8")))
    return sorted(files.values())


def _file(tree: Path, name: str) -> Path | None:
    """The file of a module or package; None for what is not of `sparely`, and for a name that a module defines."""
    place = tree.joinpath(*name.split("."))
    for file in (place / "__init__.py", place.with_suffix(".py")):
        if name.partition(".")[0] == PACKAGE and file.is_file():
            return file
    return None


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _imports(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (each.name for each in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield f"{child.module}"
            yield from (f"{child.module}.{each.name}" for each in child.names)
        elif not _is_loaded_later(child):
            yield from _imports(child)


def _is_loaded_later(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name == "__getattr__"
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
