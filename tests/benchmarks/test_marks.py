"""Figures in documents."""

from pathlib import Path

import pytest

from benchmarks.marks import NoMarks, write_between


def test_only_what_is_between_the_marks_changes(tmp_path: Path) -> None:
    """The words around the figures stay as they were."""
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- run:begin -->\nold\n<!-- run:end -->\nafter\n")

    write_between(page, "run", "new\n")

    assert page.read_text() == "before\n<!-- run:begin -->\n\nnew\n\n<!-- run:end -->\nafter\n"


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    """The same figures give the same document."""
    page = tmp_path / "page.md"
    page.write_text("<!-- run:begin --><!-- run:end -->")
    write_between(page, "run", "figures")
    once = page.read_text()

    write_between(page, "run", "figures")

    assert page.read_text() == once


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    """A missing mark is told, and nothing is written."""
    page = tmp_path / "page.md"
    page.write_text("<!-- run:begin -->")

    with pytest.raises(NoMarks, match=r"no <!-- run:begin --> and <!-- run:end -->\.$"):
        write_between(page, "run", "figures")

    assert page.read_text() == "<!-- run:begin -->"
