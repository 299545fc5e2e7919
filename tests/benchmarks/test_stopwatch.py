"""The stopwatch takes its commands from the documents that it times."""

import pytest

from benchmarks.stopwatch import GUIDE, README, ask, block, first_curl, table


def test_commands_are_those_of_the_guide() -> None:
    """What fits the model and what adds it stand there under these names."""
    assert "joblib.dump(" in block(GUIDE, "fit.py")
    assert block(GUIDE, "add").startswith("make add-model MODEL=tumour.joblib ")


@pytest.mark.parametrize("curl", [first_curl(README), block(GUIDE, "ask")])
def test_nobody_listening_is_no_answer(curl: str) -> None:
    """Both pages have a curl, and a port on which nobody listens gives nothing."""
    assert ask(curl, 1) == ""


def test_the_table_ends_with_the_sum() -> None:
    """Every step has its line, and the last one is all of them."""
    lines = table([("clone", 1.25), ("build", 10.5)]).splitlines()

    assert lines[2:5] == ["| clone | 1.2 |", "| build | 10.5 |", lines[4]]
    assert lines[4].endswith("| 12 |")
