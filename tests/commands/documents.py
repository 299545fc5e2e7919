"""The commands that documents tell, and those that tests run: every one of the first must be among the second."""

import ast
import functools
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from tests.conftest import REPOSITORY, TEMPLATE

README = REPOSITORY / "README.md"
SERVICE_README = TEMPLATE / "README.md"
PAGES = sorted((REPOSITORY / "packages").glob("*/src/*/docs/*.md"))
"""What `sparely docs` shows."""
OTHERS = sorted(
    [
        *(REPOSITORY / "docs").glob("*.md"),
        *(REPOSITORY / "packages").glob("*/README.md"),
        *(REPOSITORY / "addons").rglob("README.md"),
        REPOSITORY / "AGENTS.md",
        REPOSITORY / "CONTRIBUTING.md",
        TEMPLATE / "AGENTS.md",
    ]
)
DOCUMENTS = [README, SERVICE_README, *PAGES, *OTHERS]
OF_SERVICES = {SERVICE_README, TEMPLATE / "AGENTS.md", *PAGES}
"""What users read in a service, where the targets are the service's."""
PROGRAMS = (
    "make",
    "cookiecutter",
    "sam",
    "cruft",
    "curl",
    "sparely",
    "python",
    ".venv/bin/python",
    ".venv/bin/sparely",
)
# How tests spell a program that they do not take from the PATH.
SPELLED = {"SAM": "sam", "CRUFT": "cruft"}
# Blocks without a language, and those of a shell. One that bears a name or a tag is taken by a test as a whole.
BLOCK = re.compile(r"(?:^<!-- ([^>]+?) -->\n)?^```([^`\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELLS = ("", "sh", "bash")
SPAN = re.compile(r"`([^`\n]+)`")

Words = tuple[str, ...]


def commands(document: Path) -> set[str]:
    """The lines of a shell's blocks, and the code spans, that begin with a program and say what it is to do."""
    text = document.read_text("utf-8")
    blocks = [code.replace("\\\n", " ") for name, kind, code in BLOCK.findall(text) if kind in SHELLS and not name]
    lines = [line.partition(" #")[0] for code in blocks for line in code.splitlines()]
    words_of_each = (each.split() for each in [*lines, *SPAN.findall(BLOCK.sub("", text))])
    named = (words for words in words_of_each if len(words) > 1 and words[0] in PROGRAMS)
    return {" ".join(words) for words in named if not any(word.isupper() for word in shortened(words)[1:2])}


def is_plain_curl(command: str) -> bool:
    """Whether it asks `make run` for something, with nothing to fill in."""
    return command.startswith("curl ") and "localhost:3000/" in command and not set(command) & set("$'\"")


def names_of_blocks(document: Path) -> set[str]:
    """The names of a document's blocks that tests take as a whole."""
    return {name for name, _, _ in BLOCK.findall(document.read_text("utf-8")) if name}


def blocks_taken() -> set[str]:
    """The names of blocks that tests take: `block(PAGE, "name")`."""
    files = [*(REPOSITORY / "tests").rglob("*.py"), *(REPOSITORY / "benchmarks").glob("*.py")]
    calls = [
        node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    taken = (call.args[1] for call in calls if ast.unparse(call.func) == "block" and len(call.args) > 1)
    return {name.value for name in taken if isinstance(name, ast.Constant) and isinstance(name.value, str)}


def as_written(document: Path, beginning: str) -> str:
    """A document's own command, by how it begins; a curl goes on to the end of its data."""
    text = document.read_text("utf-8")
    rest = r"[^`\n]*" if not beginning.startswith("curl") else r".*?}'"
    command = re.search(re.escape(beginning) + rest, text, re.DOTALL)
    assert command, f"{document.name} has no {beginning}"
    return command.group()


def shortened(words: Sequence[str]) -> Words:
    """
    What says which command it is: of `make` the target, with the folder if it is another, of `sparely` the command.

    What these take is another question, which their own help answers.
    """
    program, *rest = words
    program = program.removeprefix(".venv/bin/")
    if program == "make" and rest[:1] == ["-o"]:  # what is not to be made anew
        rest = rest[2:]
    if program == "sparely" and rest[:1] == ["--service"]:
        rest = rest[2:]
    if program == "sam":
        return program, *takewhile(lambda word: not word.startswith("-"), rest)
    if program == "make" and rest[:1] == ["-C"]:
        return program, *rest[:3]
    if (program == "python" and rest[:1] == ["-m"]) or (program == "sparely" and rest[:1] == ["sagemaker"]):
        return program, *rest[:2]
    return (program, *rest[:1]) if program in ("make", "sparely") else (program, *rest)


def executed(*, in_the_repository: bool) -> set[Words]:
    """
    What the tests run, as the words that their source has: `run("make", "bench", cwd=REPOSITORY)`, or `as_written`.

    Args:
        in_the_repository: what runs in the repository, or in a copy that a test calls `repository`; otherwise what
            runs anywhere else.
    """
    return {words for words, here in _executed() if here is in_the_repository}


@functools.cache
def _executed() -> set[tuple[Words, bool]]:
    """What the tests run, and whether in the repository; of each a program and something that it is given."""
    files = [*(REPOSITORY / "tests").rglob("*.py"), *(REPOSITORY / "packages").glob("*/tests/**/*.py")]
    runs = (
        (shortened(words), here)
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for words, here in _runs(node)
        if words
    )
    return {(words, here) for words, here in runs if len(words) > 1}


def _runs(node: ast.AST) -> Iterator[tuple[Words, bool]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "as_written":
        document, beginning = node.args
        assert isinstance(document, ast.Name)
        assert isinstance(beginning, ast.Constant)
        yield tuple(str(beginning.value).split()), document.id == "README"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sparely":
        yield ("sparely", *takewhile(bool, (_word(each) or "" for each in node.args))), False
    elif isinstance(node, ast.Call):
        here = any(each.arg == "cwd" and ast.unparse(each.value).upper() == "REPOSITORY" for each in node.keywords)
        yield _leading(node.args), here
    elif isinstance(node, ast.List | ast.Tuple):
        yield _leading(node.elts), False
        yield _of_the_module(node.elts), False


def _leading(parts: Sequence[ast.expr]) -> Words:
    """The words up to the first that is not a constant."""
    words = tuple(word for word in takewhile(bool, map(_word, parts)) if word)
    return words if words and words[0] in PROGRAMS else ()


def _of_the_module(parts: Sequence[ast.expr]) -> Words:
    """A module as programs start it; `[sys.executable, "-m", "sparely_toolkit", "load", ...]` is `sparely load`."""
    words = [_word(part) for part in parts]
    if "-m" in words[:-1] and "sparely_toolkit" not in words:
        return "python", "-m", words[words.index("-m") + 1] or ""
    if "sparely_toolkit" not in words:
        return ()
    after = iter(words[words.index("sparely_toolkit") + 1 :])
    for word in after:
        if word == "--service":
            next(after)
        else:
            return ("sparely", word) if word else ()
    return ()


def _word(part: ast.expr) -> str | None:
    """A constant text, or the program that a test's name for it stands for: `SAM`, `project.program("sam")`."""
    if isinstance(part, ast.Name):
        return SPELLED.get(part.id)
    if isinstance(part, ast.Call) and ast.unparse(part.func) == "str":
        return _word(part.args[0])
    if isinstance(part, ast.Call) and ast.unparse(part.func).endswith(".program"):
        return _word(part.args[0])
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
