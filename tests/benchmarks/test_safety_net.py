"""The net around an owner's own code, asked in its shortest form."""

from itertools import count
from pathlib import Path

import pytest

from benchmarks.safety_net import CASES, PASSES, Said, play, table
from tests.support.pages import unbuilt
from tests.support.services import baked

pytestmark = pytest.mark.slow


def test_a_changed_answer_is_refused_until_it_is_written(tmp_path: Path) -> None:
    """By the check of a new version and by smoke, with what to do."""
    numbers = count()

    said = [
        *play(
            ["renamed output"],
            ["check", "smoke"],
            lambda project: unbuilt(project, tmp_path / f"{next(numbers)}"),
            baked(),
        )
    ]

    assert [each.by for each in said] == ["check", "smoke"]
    assert [each.after for each in said] == [PASSES] * 2
    assert all("if it is meant, run `make golden`" in each.before for each in said)


def test_the_table_has_a_row_for_each_and_the_words_below() -> None:
    """Of a refusal what it says first."""
    said = [Said("cap", "check", "refuses it, 2 findings, the first: p is 0.8; expected 0.9", PASSES)]

    assert table(said).splitlines()[2:] == [
        "| cap | check | refuses it | passes |",
        "",
        "- cap, check: refuses it, 2 findings, the first: p is 0.8; expected 0.9",
    ]
    assert len(CASES) == 4
