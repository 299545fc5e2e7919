"""The tables of what converts."""

import platform

import pytest

from benchmarks.coverage import boosted, cases
from benchmarks.coverage.page import PAGE, put, table, verdicts
from benchmarks.coverage.trial import Outcome, trial

MEANT = {"estimators": 30, "steps": 10}
TABLES = ["scikit-learn", "boosted trees"]

same_machine = pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="the tables were made on x86_64"
)


def test_failures_are_in_the_table_with_their_size() -> None:
    """What fails is not left out; it tells the largest difference and the reason."""
    outcomes = [Outcome("Lines", "A", "float32", 3e-7, ""), Outcome("Lines", "B", "", 0.03, "parity")]

    assert table(outcomes) == (
        "**Lines**\n\n| model | numbers | largest difference | |\n|---|---|---|---|\n"
        "| A | float32 | 3e-07 |  |\n| B | **fails** | 3e-02 | parity |"
    )


def test_table_is_put_between_its_comments() -> None:
    """The rest of the page stays, and the verdicts can be read back."""
    content = table([Outcome("Lines", "A", "float32", 3e-7, "")])

    page = put("before\n<!-- x -->\nold\n<!-- end of x -->\nafter\n", "x", content)

    assert page == f"before\n<!-- x -->\n{content}\n<!-- end of x -->\nafter\n"
    assert verdicts(page, "x") == {("Lines", "A"): "float32"}


def test_enough_converts() -> None:
    """The page shows at least thirty estimators and ten steps of scikit-learn that keep parity."""
    kept = {key: each for key, each in verdicts(PAGE.read_text("utf-8"), "scikit-learn").items() if "fails" not in each}

    steps = [name for group, name in kept if group.startswith("Preprocessing")]
    assert len(steps) >= MEANT["steps"]
    assert len({name.split()[0] for _, name in kept} - set(steps)) >= MEANT["estimators"]


def tried(name: str, step: int = 1, first: int = 0) -> dict[tuple[str, str], str]:
    """Try each, or one in so many, of a table's models; by group and name what its numbers were, or that it failed."""
    if name != "scikit-learn" and not boosted.installed():
        pytest.skip(f"not all of {', '.join(boosted.PACKAGES)} are installed")
    every = list(cases.cases() if name == "scikit-learn" else boosted.cases())
    found = table([trial(case) for case in every[first::step]])
    return verdicts(put(f"<!-- {name} -->\n<!-- end of {name} -->", name, found), name)


@pytest.mark.parametrize("name", TABLES)
def test_page_lists_every_case(name: str) -> None:
    """Each once, and none that is no longer tried."""
    if name != "scikit-learn" and not boosted.installed():
        pytest.skip(f"not all of {', '.join(boosted.PACKAGES)} are installed")
    every = [(case.group, case.name) for case in (cases.cases() if name == "scikit-learn" else boosted.cases())]

    assert sorted(every) == sorted(verdicts(PAGE.read_text("utf-8"), name))


@pytest.mark.slow
@same_machine
@pytest.mark.parametrize("first", [0, 6])
@pytest.mark.parametrize("name", TABLES)
def test_a_sample_is_as_the_page_says(name: str, first: int) -> None:
    """One in six keeps the numbers that the page says, or fails where it says so; in halves, for two cores."""
    assert tried(name, 12, first).items() <= verdicts(PAGE.read_text("utf-8"), name).items()


@pytest.mark.soak
@same_machine
@pytest.mark.parametrize("name", TABLES)
def test_page_is_current(name: str) -> None:
    """Each model keeps the numbers that the page says, and fails where it says so: `python -m benchmarks.coverage`."""
    assert tried(name) == verdicts(PAGE.read_text("utf-8"), name)
