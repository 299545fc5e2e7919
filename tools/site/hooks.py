"""
What MkDocs cannot know: where pages lie that are used elsewhere too, what their links mean here, and the reference.

A link of a page to a file of the repository that is no page here becomes plain text: services, and so the pages that
they come with, link to no address.
"""

import posixpath
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from tools.site import reference  # noqa: E402 - which is found from here only

GUIDE = "packages/sparely-toolkit/src/sparely_toolkit/docs"
ELSEWHERE = {
    "index.md": "README.md",
    "project/contributing.md": "CONTRIBUTING.md",
    "project/changelog.md": "CHANGELOG.md",
}
"""By its place on the site, where a single page lies in the repository."""
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^(```\w+) (.+)$", re.MULTILINE)
"""The head of a block that has a name, by which tests take it."""
ASKED = re.compile(r"^<!-- asks: \S+ -->\n+", re.MULTILINE)
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:")


def places() -> dict[str, str]:
    """By its path in the repository, where each page and picture is on the site."""
    guide = {f"{GUIDE}/{file.name}": f"guide/{file.name}" for file in sorted((REPOSITORY / GUIDE).glob("*.md"))}
    own = {
        file.relative_to(REPOSITORY).as_posix(): file.relative_to(REPOSITORY / "docs").as_posix()
        for file in sorted((REPOSITORY / "docs").rglob("*"))
        if file.suffix in (".md", ".svg", ".png", ".json")
    }
    return {**{source: place for place, source in ELSEWHERE.items()}, **guide, **own}


PLACES = places()
SOURCES = {place: source for source, place in PLACES.items()}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie outside of docs/, and those that are written from the code."""
    for place, source in SOURCES.items():
        if not source.startswith("docs/"):
            files.append(File.generated(config, place, abs_src_path=str(REPOSITORY / source)))
    for place, text in reference.pages(REPOSITORY).items():
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links of the repository into links of the site, outside of code."""
    place = page.file.src_uri
    source = SOURCES.get(place)
    if source is None:
        return markdown
    parts = _parts(ASKED.sub("", markdown))
    return "".join(
        NAMED.sub(r'\1 title="\2"', part, 1) if is_code else _linked(part, place, source) for part, is_code in parts
    )


def _parts(markdown: str) -> Iterator[tuple[str, bool]]:
    end = 0
    for fence in FENCE.finditer(markdown):
        yield markdown[end : fence.start()], False
        yield fence[0], True
        end = fence.end()
    yield markdown[end:], False


def _linked(markdown: str, place: str, source: str) -> str:
    def replace(link: re.Match[str]) -> str:
        is_picture, text, target = link.groups()
        path, hash_, anchor = target.partition("#")
        if ADDRESS.match(target) or not path:
            return link[0]
        found = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if found in PLACES:
            there = posixpath.relpath(PLACES[found], posixpath.dirname(place) or ".")
            return f"{is_picture}[{text}]({there}{hash_}{anchor})"
        if not (REPOSITORY / found).exists():
            return link[0]  # which MkDocs says is broken
        return text if "`" in text else f"{text} (`{found}`)"

    return LINK.sub(replace, markdown)
