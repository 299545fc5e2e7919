"""The page `local` says what the tests found."""

from pathlib import Path

import sparely_toolkit
from tests.oracles.differences import table

DOCUMENT = Path(sparely_toolkit.__file__).with_name("docs") / "local.md"


def test_document_lists_the_known_differences() -> None:
    """The table between the marks is that of the comparison with `sam local start-api`."""
    text = DOCUMENT.read_text(encoding="utf-8")

    between = text.partition("<!-- differences:begin -->")[2].partition("<!-- differences:end -->")[0]

    assert between.strip() == table()
