"""Where a run writes: never over what it reads, and over nothing that is there unless that is said."""

from pathlib import Path

import pytest

from sparely_toolkit.score.places import InTheWay, WrongCall, tables_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A table whose name is that of another one's faults."""
    path = tmp_path / "z.errors.csv"
    path.write_text("size\n1\n", "utf-8")
    return path


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("z.csv", "z.errors.csv, where the faults go, is the file itself; --output names another."),
        ("z.errors.csv", "z.errors.csv is the file itself; --output names another."),
        ("folder/../z.errors.csv", "z.errors.csv is the file itself; --output names another."),
        ("link.csv", "link.csv is the file itself; --output names another."),
        ("hard.csv", "hard.csv is the file itself; --output names another."),
        ("faults.csv", "faults.errors.csv, where the faults go, is the file itself; --output names another."),
        ("one.csv", "one.errors.csv, where the faults go, are one file; --output names another."),
        ("folder", "folder is a folder; --output names a file."),
        ("inner.csv", "inner.errors.csv, where the faults go, is a folder; --output names another."),
        ("no/b.csv", "no: no such folder."),
        ("part.csv", ".part.csv.partial, which is written until the end, is the file itself; --output names another."),
        ("note.csv", ".note.csv.progress, which is written until the end, is the file itself; --output names another."),
        (
            "new.csv",
            ".new.csv.together.partial, which is written until the end, is the file itself; --output names another.",
        ),
    ],
)
def test_the_file_itself_is_never_written_over(
    output: str, sentence: str, force: bool, file: Path, tmp_path: Path
) -> None:
    """By whatever name it goes."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "inner.errors.csv").mkdir()
    for name in ("link.csv", "faults.errors.csv", ".part.csv.partial", ".new.csv.together.partial"):
        (tmp_path / name).symlink_to(file)
    for name in ("hard.csv", ".note.csv.progress"):
        (tmp_path / name).hardlink_to(file)
    (tmp_path / "one.csv").write_text("", "utf-8")
    (tmp_path / "one.errors.csv").symlink_to("one.csv")

    with pytest.raises(WrongCall) as problem:
        tables_of(file, tmp_path / output, "csv", force=force)
    assert str(problem.value).endswith(sentence)


@pytest.mark.parametrize("name", ["y.csv", "y.errors.csv"])
def test_what_is_there_stays_unless_one_says_so(name: str, file: Path, tmp_path: Path) -> None:
    """Also where it is a link to nothing."""
    (tmp_path / name).symlink_to("nowhere")
    output = tmp_path / "y.csv"

    with pytest.raises(InTheWay) as problem:
        tables_of(file, output, "csv", force=False)
    assert str(problem.value) == (
        f"{tmp_path / name} is there already; --force writes over it, --output names another."
    )
    assert tables_of(file, output, "csv", force=True) == (output, tmp_path / "y.errors.csv")
