"""What a run notes of itself, and finds again."""

from pathlib import Path

import pytest

from sparely_toolkit.score.journal import Journal, OfAnotherRun, Progress, UnderWay

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
