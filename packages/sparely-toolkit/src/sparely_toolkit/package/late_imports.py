"""What an owner's code imports once it runs: it must ship too, and no start of the package shows it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sparely.bundle import STEPS
from sparely_toolkit.package.target import PackageError

ENTRY = "handler/app.py"
OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
"""What Lambda's runtime has for boto3: nothing of it need ship where a function imports it."""
EXPECTED = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
"""Whoever catches one of these goes on without the module."""


class DoesNotShip(PackageError):
    """A function would fail at its first call."""

    def __init__(self, file: str, line: int, module: str) -> None:
        super().__init__(
            f'src/{file}, line {line}, imports "{module}", which does not ship; '
            "add it to requirements/lambda.in and run make lock, or put the module into src/."
        )


class Import(NamedTuple):
    """A module, or a name that may be one, by its full name, and the line that imports it."""

    name: str
    line: int


def check_imports(source: Path, artifact: Path) -> None:
    """
    Look through handler/app.py, each steps.py and the owner's modules that they import, functions among them.

    What is imported for type checkers alone, or in a `try` that goes on without it, need not ship.

    Raises:
        DoesNotShip: a module is neither Python's, nor in the package, nor of Lambda's runtime.
    """
    waiting = [source / ENTRY, *sorted(source.glob(f"models/*/*/{STEPS}"))]
    read: set[Path] = set()
    while waiting:
        file = waiting.pop(0)
        if file in read or not file.is_file():
            continue
        read.add(file)
        package = file.relative_to(source).parent.parts
        for each in _imports(ast.parse(file.read_bytes()), package):
            top = each.name.partition(".")[0]
            if not (top in sys.stdlib_module_names or top in OF_THE_RUNTIME or _ships(artifact, top)):
                raise DoesNotShip(file.relative_to(source).as_posix(), each.line, top)
            waiting += _files(source, each.name)


def _ships(artifact: Path, top: str) -> bool:
    """Also compiled for another machine than this one, which no import here would find."""
    return (artifact / top).is_dir() or any(artifact.glob(f"{top}.*"))


def _files(source: Path, name: str) -> Iterator[Path]:
    """The owner's files that are run by an import of a name, where they are there."""
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        place = source.joinpath(*parts[:depth])
        yield from (place / "__init__.py", place.with_suffix(".py"))


def _imports(node: ast.AST, package: tuple[str, ...]) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(each.name, child.lineno) for each in child.names)
        elif isinstance(child, ast.ImportFrom):
            above = package[: len(package) - child.level + 1] if child.level else ()
            base = ".".join((*above, *filter(None, [child.module])))
            names = [base, *(f"{base}.{each.name}" for each in child.names)]
            yield from (Import(name.strip("."), child.lineno) for name in names if name)
        elif isinstance(child, ast.Try) and any(map(_goes_on, child.handlers)):
            for part in (*child.handlers, *child.orelse, *child.finalbody):
                yield from _imports(part, package)
        elif isinstance(child, ast.If) and _is_for_types(child.test):
            for part in child.orelse:
                yield from _imports(part, package)
        else:
            yield from _imports(child, package)


def _goes_on(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(each is None or (isinstance(each, ast.Name) and each.id in EXPECTED) for each in caught)


def _is_for_types(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return name == "TYPE_CHECKING"
