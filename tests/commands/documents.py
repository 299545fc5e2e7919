"""The commands that the two READMEs tell, and those that tests run: every one of the first must be among the second."""

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from tests.conftest import REPOSITORY, TEMPLATE

README = REPOSITORY / "README.md"
SERVICE_README = TEMPLATE / "README.md"
PROGRAMS = ("make", "cookiecutter", "sam", "cruft", "curl", ".venv/bin/python")
# How tests spell a program that they do not take from the PATH.
SPELLED = {"SAM": "sam", "CRUFT": "cruft"}
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")

Words = tuple[str, ...]


def commands(document: Path) -> set[str]:
    """The lines of blocks that have no language, and the code spans, that begin with a program."""
    text = document.read_text("utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return {
        each
        for each in [*lines, *SPAN.findall(BLOCK.sub("", text))]
        if each.split()[:1] and each.split()[0] in PROGRAMS
    }


def as_written(document: Path, beginning: str) -> str:
    """A document's own command, by how it begins; a curl goes on to the end of its data."""
    text = document.read_text("utf-8")
    rest = r"[^`\n]*" if not beginning.startswith("curl") else r".*?}'"
    found = re.search(re.escape(beginning) + rest, text, re.DOTALL)
    assert found, f"{document.name} has no {beginning}"
    return found.group()


def executed(*, in_the_repository: bool) -> set[Words]:
    """
    What the tests run, as the words that their source has: `run("make", "bench", cwd=REPOSITORY)`, or `as_written`.

    Args:
        in_the_repository: what runs in the repository; otherwise what runs anywhere else.
    """
    files = [*(REPOSITORY / "tests").rglob("*.py"), *(TEMPLATE / "tests").rglob("*.py")]
    return {
        words
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for words, here in _runs(node)
        if here is in_the_repository
    }


def _runs(node: ast.AST) -> Iterator[tuple[Words, bool]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "as_written":
        document, beginning = node.args
        assert isinstance(document, ast.Name)
        assert isinstance(beginning, ast.Constant)
        yield tuple(str(beginning.value).split()), document.id == "README"
    elif isinstance(node, ast.Call):
        here = any(each.arg == "cwd" and ast.unparse(each.value) == "REPOSITORY" for each in node.keywords)
        yield _leading(node.args), here
    elif isinstance(node, ast.List | ast.Tuple):
        yield _leading(node.elts), False


def _leading(parts: Sequence[ast.expr]) -> Words:
    """The words up to the first that is not a constant."""
    words = tuple(word for word in takewhile(bool, map(_word, parts)) if word)
    return words if words and words[0] in PROGRAMS else ()


def _word(part: ast.expr) -> str | None:
    """A constant text, or the program that a test's name for it stands for."""
    if isinstance(part, ast.Name):
        return SPELLED.get(part.id)
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
