"""What a run notes of itself, and finds again."""

from pathlib import Path

import pytest

from sparely_toolkit.score.journal import Journal, NoBeginning, OfAnotherRun, Progress, UnderWay
from sparely_toolkit.score.places import InTheWay

RUN = {"file": "rows.csv"}


def journal(folder: Path, run: dict[str, str] | None = None) -> Journal:
    """One of this folder's tables."""
    return Journal(folder / "rows.scored.csv", folder / "rows.errors.csv", run or RUN)


def noted(folder: Path, *parts: bytes) -> None:
    """A run that ended after these parts."""
    first = journal(folder)
    progress = first.begin(force=False)
    answers, faults = first.files(progress)
    with answers, faults:
        for part in parts:
            progress.answers += answers.write(part)
            progress.rows += 1
            answers.flush()
            first.note(progress)
    first.close()


def begun(folder: Path) -> Progress:
    """Where a run after that goes on."""
    again = journal(folder)
    try:
        return again.begin(force=False)
    finally:
        again.close()


def test_a_run_goes_on_behind_the_last_part(tmp_path: Path) -> None:
    """As often as it is begun."""
    noted(tmp_path, b"one\n", b"two\n")

    assert [(each.rows, each.answers) for each in (begun(tmp_path), begun(tmp_path))] == [(2, 8), (2, 8)]


@pytest.mark.parametrize("torn", [b'\n{"read": 12, "li', b"\n", b"\0\0\0\0", b"\n[]\n\n7\n"])
def test_a_note_that_is_half_written_is_not_heeded(torn: bytes, tmp_path: Path) -> None:
    """The one before it is, and notes behind it are."""
    noted(tmp_path, b"one\n")
    with (tmp_path / ".rows.scored.csv.progress").open("ab") as notes:
        notes.write(torn)
    noted(tmp_path, b"two\n")

    assert begun(tmp_path).rows == 2


def test_a_note_of_what_the_disk_has_lost_is_not_heeded(tmp_path: Path) -> None:
    """The last that the table has all of is."""
    noted(tmp_path, b"one\n", b"two\n", b"three\n")
    with (tmp_path / ".rows.scored.csv.partial").open("r+b") as partial:
        partial.truncate(9)

    assert begun(tmp_path).rows == 2


def test_another_run_does_not_go_on(tmp_path: Path) -> None:
    """Unless it is to begin anew."""
    noted(tmp_path, b"one\n")
    other = journal(tmp_path, {"file": "others.csv"})

    with pytest.raises(OfAnotherRun, match="--force begins anew"):
        other.begin(force=False)
    other.close()
    assert other.begin(force=True) == Progress()
    other.close()


@pytest.mark.parametrize("force", [True, False])
def test_two_runs_do_not_write_one_table(force: bool, tmp_path: Path) -> None:
    """The second is told so, and spoils nothing."""
    first = journal(tmp_path)
    first.note(first.begin(force=False))
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}

    with pytest.raises(UnderWay, match=r"rows\.scored\.csv is being written by another run"):
        journal(tmp_path).begin(force=force)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
    first.close()


@pytest.mark.parametrize(
    "name", [".rows.scored.csv.partial", ".rows.scored.csv.errors.partial", ".rows.scored.csv.progress"]
)
def test_what_no_run_has_written_stays(name: str, tmp_path: Path) -> None:
    """Though it lies where one would write."""
    (tmp_path / name).write_text("id\n1\n", "utf-8")
    found = journal(tmp_path)

    with pytest.raises(NoBeginning) as problem:
        found.begin(force=False)
    found.close()
    assert str(problem.value) == (
        f"{tmp_path / name} is there already and is no beginning of a run; --force writes over it, --output names "
        "another."
    )
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == {name: "id\n1\n"}


@pytest.mark.parametrize("has_faults", [True, False])
@pytest.mark.parametrize("name", ["rows.scored.csv", "rows.errors.csv"])
def test_what_comes_meanwhile_stays_too(name: str, has_faults: bool, tmp_path: Path) -> None:
    """As a table of another run; the same command ends this one when it is gone."""
    noted(tmp_path, b"one\n")
    (tmp_path / name).write_text("of another\n", "utf-8")
    found = journal(tmp_path)
    found.begin(force=False)

    with pytest.raises(InTheWay):
        found.finish(lambda partial, output: partial.replace(output), has_faults=has_faults, force=False)
    found.close()
    assert (tmp_path / name).read_text("utf-8") == "of another\n"
    assert begun(tmp_path).rows == 1


def test_tables_of_one_name_of_faults_have_their_own_until_the_end(tmp_path: Path) -> None:
    """One that begins leaves the other's."""
    noted(tmp_path, b"one\n")
    other = Journal(tmp_path / "rows.csv", tmp_path / "rows.errors.csv", RUN)
    other.begin(force=True)
    other.close()

    assert begun(tmp_path).rows == 1
