"""The pages that come with the toolkit: services link to no address."""

import re
from pathlib import Path

import sparely_toolkit
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

FOLDER = Path(sparely_toolkit.__file__).parent / "docs"
_ASKED = re.compile(r"^<!-- asks: (\S+/\S+) -->\n\n?", re.MULTILINE)
"""The line by which a page says which model its examples ask."""


class NoPage(Problem):
    """There is no such page."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, name: str) -> None:
        super().__init__(f'No page "{name}". Available: {", ".join(pages())}.')


def pages() -> dict[str, Path]:
    """The pages by their names."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.md"), key=lambda file: file.stem)}


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


def text_for(file: Path, project: Project | None) -> str:
    """
    A page as it is read in a service, or outside of one.

    Where its examples ask a model that the service does not have, such as a sample that was removed, it begins with a
    question to the service's first model, to be put in their place.
    """
    text = file.read_text("utf-8")
    marked = _ASKED.search(text)
    if marked is None:
        return text
    asked = marked.group(1)
    there = project is None or (project.models / asked / "manifest.json").is_file()
    return _ASKED.sub("" if project is None or there else lambda _: _own_question(project, asked), text, count=1)


def _own_question(project: Project, asked: str) -> str:
    from sparely.bundle import ModelLoadError, NoGoldenRows, read_bundles
    from sparely_toolkit.contract.readme import example
    from sparely_toolkit.models.calling import curl_options

    said = f"The examples on this page ask `{asked}`, a sample of the template that this service does not have"
    try:
        first = read_bundles(project.models)[0]
    except (ModelLoadError, NoGoldenRows):
        return f"{said}: put a model of yours, its features and its answers in their place.\n\n"
    shown = example(first, curl_options(project) or "")
    return f"{said}: put `{first.path}` in its place, with rows and answers like these.\n\n{shown}\n"
