"""docs/llms.txt: what there is to read, to import and to call, and all of it is there."""

import re

import sparely
import sparely_export
from tools.llms import FILE, text

LINK = re.compile(r"^- \[([^]]+)\]\(([^)]+)\): \S.*\.?$", re.MULTILINE)


def test_it_is_what_the_packages_have_now() -> None:
    """`make wheels` makes it so."""
    assert FILE.read_text("utf-8") == text(), "make wheels"


def test_every_link_leads_to_a_file() -> None:
    """Seen from where the list lies."""
    links = LINK.findall(FILE.read_text("utf-8"))

    assert [target for _, target in links if not (FILE.parent / target).is_file()] == []
    assert len(links) > 50


def test_every_public_name_is_listed() -> None:
    """Those that owners and notebooks import."""
    listed = {name for name, _ in LINK.findall(FILE.read_text("utf-8"))}

    public = {f"{package.__name__}.{name}" for package in (sparely, sparely_export) for name in package.__all__}
    assert public - listed == {"sparely_export.Instance"}  # the name of a type, which has no words of its own
