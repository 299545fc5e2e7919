"""Figures in documents: a command writes its output between two marks, the words around them are people's."""

from pathlib import Path


class NoMarks(Exception):
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
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise NoMarks(path, name)
    path.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
