"""Blocks of a file, scored."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sparely import Service
from sparely.batch.blocks import Csv, JsonLines, Scored
from sparely.batch.scorer import Scorer
from support.stepped import put_stepped

NAMES = ["id", "size", "count"]


@pytest.fixture
def scorer(tmp_path: Path) -> Scorer:
    """The model with steps: twice the size and the count, at most 5."""
    put_stepped(tmp_path / "models")
    service = Service(str(tmp_path / "handler" / "app.py"))
    return Scorer(service, "toys", "stepped", {"stepped": ("value", "rule.capped")})


def table(content: bytes) -> list[list[str]]:
    """The cells of a CSV."""
    return [*csv.reader(io.StringIO(content.decode(), newline=""))]


def in_csv(scorer: Scorer, text: str | bytes, **options: Any) -> Scored:
    """A block from line 2 of a CSV with these names."""
    block = text if isinstance(text, bytes) else text.encode()
    kept = options.pop("kept", ["id"])
    return Csv(scorer, options.pop("names", NAMES), kept, options.pop("separator", ",")).score(block, 2)


def test_what_is_kept_stands_before_the_answers(scorer: Scorer) -> None:
    """Under one head."""
    form = Csv(scorer, NAMES, ["id", "count"], ",")
    version = scorer.versions["stepped"]

    scored = form.score(b"a,1.5,4\nb,0.5,\n", 2)

    assert table(form.head()) == [["id", "count", "value", "rule.capped", "version"]]
    assert table(scored.answers) == [["a", "4", "5.0", "true", version], ["b", "", "1.0", "false", version]]
    assert (scored.rows, scored.refused, scored.faults) == (2, 0, b"")


def test_a_bad_row_is_told_with_its_line(scorer: Scorer) -> None:
    """And the rows around it are answered."""
    scored = in_csv(scorer, "a,1,1\nb,no,1\nc,,1\nd,1,1\n")

    assert [row[0] for row in table(scored.answers)] == ["a", "d"]
    assert table(scored.faults) == [
        ["3", "/instances/0/size", 'instances[0].size is "no"; expected a number of m.'],
        ["4", "/instances/0/size", "instances[0].size is null; expected a number of m."],
    ]
    assert (scored.rows, scored.refused) == (2, 2)


def test_lines_are_counted_within_quotes_too(scorer: Scorer) -> None:
    """A record may take several, and empty lines are none."""
    scored = in_csv(scorer, '"a\nb",1,1\n\nc,x,1\n')

    assert table(scored.answers)[0][0] == "a\nb"
    assert [row[0] for row in table(scored.faults)] == ["5"]


@pytest.mark.parametrize(("row", "cells"), [("a,1", "2 cells"), ("a,1,1,1", "4 cells"), ("a", "1 cell")])
def test_a_row_of_another_width_is_refused(scorer: Scorer, row: str, cells: str) -> None:
    """Nobody knows which cell is which."""
    scored = in_csv(scorer, f"{row}\nb,1,1\n")

    assert table(scored.faults) == [["2", "", f"The row has {cells}; expected 3, as the first line."]]
    assert scored.rows == 1


def test_columns_may_stand_in_any_order(scorer: Scorer) -> None:
    """And some that no model takes between them."""
    scored = in_csv(scorer, "4;x;1.5\n", names=["count", "note", "size"], kept=["note"], separator=";")

    assert scored.answers.decode().split(";")[:2] == ["x", "5.0"]


def test_a_column_that_need_not_be_there_is_null(scorer: Scorer) -> None:
    """As in a request without it."""
    assert table(in_csv(scorer, "a,1\n", names=["id", "size"]).answers)[0][1] == "2.0"


@pytest.mark.parametrize("place", ["id", "size"])
def test_a_row_that_is_no_utf8_is_refused_alone(scorer: Scorer, place: str) -> None:
    """Whatever cell it is in."""
    bad = {"id": b"\xff,1,1", "size": b"a,\xff,1"}[place]

    scored = in_csv(scorer, b"\xc3\xbc,1,1\n" + bad + b"\nc,1,1\n")

    assert [row[0] for row in table(scored.answers)] == ["ü", "c"]
    assert table(scored.faults) == [
        ["3", "", "The row is not UTF-8: convert the file (iconv -f WINDOWS-1252 -t UTF-8)."]
    ]


def test_json_lines_keep_what_they_have(scorer: Scorer) -> None:
    """Each line is its row with the answer behind."""
    scored = JsonLines(scorer, None).score(b'{"id": 1, "size": 1.5, "count": 4}\n\n{"id": 2, "size": 0.5}\n', 1)
    version = scorer.versions["stepped"]

    assert [json.loads(line) for line in scored.answers.splitlines()] == [
        {"id": 1, "size": 1.5, "count": 4, "value": 5.0, "rule.capped": True, "version": version},
        {"id": 2, "size": 0.5, "value": 1.0, "rule.capped": False, "version": version},
    ]


def test_json_lines_keep_what_is_asked_for(scorer: Scorer) -> None:
    """Where a row has it."""
    scored = JsonLines(scorer, ["id"]).score(b'{"id": 1, "size": 1}\n{"size": 1}\n', 1)

    assert [[*json.loads(line)] for line in scored.answers.splitlines()] == [
        ["id", "value", "rule.capped", "version"],
        ["value", "rule.capped", "version"],
    ]


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"{", "The line is not JSON: expecting property name enclosed in double quotes at line 1, column 2."),
        (b'{"size": NaN}', "The line is not JSON: NaN is not a JSON number."),
        (b'{"size": 1, "size": 2}', 'The line is not JSON: an object has the member "size" twice.'),
        (b"\xff", "The line is not UTF-8: convert the file (iconv -f WINDOWS-1252 -t UTF-8)."),
        (b"[1]", "instances[0] is a list; expected an object of features."),
        (b'{"size": "x"}', 'instances[0].size is "x"; expected a number of m.'),
        (b'{"count": 1}', "instances[0].size is missing; expected a number of m."),
        (
            b'{"size": 1, "value": 1}',
            'The row has a member "value", as its answer has: name the members to keep.',
        ),
    ],
)
def test_a_bad_line_of_json_is_told(scorer: Scorer, line: bytes, detail: str) -> None:
    """With its number."""
    scored = JsonLines(scorer, None).score(b'{"size": 1}\n' + line + b"\n", 1)

    assert (scored.rows, scored.refused) == (1, 1)
    assert [(row[0], row[2]) for row in table(scored.faults)] == [("2", detail)]


@pytest.mark.parametrize(
    ("rows", "allowed", "lacking"),
    [
        ([{"size": 1}, {"size": 1, "count": 1}], [], {}),
        ([{"size": 1}, {"size": 1, "count": "x"}], [], {}),
        ([{"size": 1, "Count": 1}, {}], [], {"count": "Count"}),
        ([{}], [], {"count": ""}),
        ([{"size": 1}], ["count"], {}),
        (["no"], [], None),
        ([], [], None),
    ],
)
def test_what_no_row_of_json_has_is_told(
    rows: list[Any], allowed: list[str], lacking: dict[str, str] | None, scorer: Scorer
) -> None:
    """Unless it may be lacking; a block without rows says nothing."""
    block = "".join(f"{json.dumps(row)}\n" for row in rows).encode()

    assert JsonLines(scorer, None, allowed).score(block, 1).lacking == lacking


BEYOND = "a number beyond 1.8e+308, which cannot be written again: mend it, or name other members to keep."
HALF = "half of a character, which UTF-8 cannot carry: mend it, or name other members to keep."


@pytest.mark.parametrize(
    ("member", "detail"),
    [
        (b'"note": 1e400', f'The member "note" has {BEYOND}'),
        (b'"note": {"a": [1, -1e999]}', f'The member "note" has {BEYOND}'),
        (b'"note": "\\ud800"', f'The member "note" has {HALF}'),
        (b'"note": [{"a": "b\\udc00"}]', f'The member "note" has {HALF}'),
        (b'"note": {"\\ud800": 1}', f'The member "note" has {HALF}'),
        (b'"\\ud800": 1', f'The member "\\ud800" has {HALF}'),
    ],
)
def test_what_json_lines_keep_and_nothing_can_write_is_told(scorer: Scorer, member: bytes, detail: str) -> None:
    """Its row alone is refused, and only where it is kept."""
    block = b'{"size": 1}\n{"size": 1, ' + member + b'}\n{"size": 1}\n'
    scored = JsonLines(scorer, None).score(block, 1)

    assert (scored.rows, scored.refused) == (2, 1)
    assert [(row[0], row[2]) for row in table(scored.faults)] == [("2", detail)]
    assert JsonLines(scorer, ["id"]).score(block, 1).rows == 3
