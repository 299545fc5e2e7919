"""The pages that come with the toolkit: services link to no address."""

from pathlib import Path

import sparely_toolkit
from sparely_toolkit.problems import ExitCode, Problem

FOLDER = Path(sparely_toolkit.__file__).parent / "docs"


class NoPage(Problem):
    """There is no such page."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, name: str) -> None:
        super().__init__(f'No page "{name}". Available: {", ".join(pages())}.')


def pages() -> dict[str, Path]:
    """The pages by their names."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.md"))}


def page(name: str) -> Path:
    """
    The file of a page; its name is taken with or without `.md`.

    Raises:
        NoPage: there is none.
    """
    found = pages().get(name.removesuffix(".md"))
    if found is None:
        raise NoPage(name)
    return found


def titles() -> dict[str, str]:
    """What each page is headed, by its name."""
    return {name: file.read_text("utf-8").partition("\n")[0].lstrip("# ") for name, file in pages().items()}
