"""Figures in documents: a command writes its output between two marks, the words around them are people's."""

from pathlib import Path

from sparely_toolkit.marked import replace_between
from sparely_toolkit.problems import Problem


class NoMarks(Problem):
    """A document lacks the marks that a command writes between."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(f"{path}: no <!-- {name}:begin --> and <!-- {name}:end -->.")


def write_between(path: Path, name: str, text: str) -> None:
    """
    Replace what stands between a document's marks.

    Raises:
        NoMarks: the document has none of that name.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    document = path.read_text(encoding="utf-8") if path.is_file() else ""
    if end not in document.partition(begin)[2]:
        raise NoMarks(path, name)
    path.write_text(replace_between(document, begin, end, f"\n\n{text.strip()}\n\n"), encoding="utf-8")
