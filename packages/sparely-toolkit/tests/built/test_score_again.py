"""`sparely score` that was interrupted: the same command goes on, without a row lost or twice."""

import itertools
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely.batch import source
from sparely.bundle import Bundle
from sparely_toolkit.score import run as running
from sparely_toolkit.score.asked import Options
from sparely_toolkit.score.journal import OfAnotherRun
from sparely_toolkit.score.process import NotScored, Target
from sparely_toolkit.score.run import Stopped, Unfinished, run
from sparely_toolkit.score.workers import Workers
from tests.built.scoring import table


def interrupting() -> Callable[[Any], None]:
    """What is told of each part, and is interrupted at the seventh."""
    parts = itertools.count(1)

    def interrupt(step: Any) -> None:
        if next(parts) == 7:
            raise KeyboardInterrupt

    return interrupt


@pytest.mark.parametrize("jobs", [1, 3])
def test_an_interrupted_run_goes_on_where_it_was(
    jobs: int, target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a row lost or twice."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(300, {100: "bad"})
    whole = run(target, Options(file, output=file.with_name("whole.csv")))
    with pytest.raises(KeyboardInterrupt):
        run(target, Options(file, jobs=jobs), interrupting())
    assert not file.with_name("rows.scored.csv").exists()
    summary = run(target, Options(file, jobs=jobs))

    assert 0 < summary.resumed < 300
    assert (summary.rows, summary.refused) == (whole.rows, whole.refused) == (299, 1)
    assert summary.output.read_bytes() == whole.output.read_bytes()
    assert table(summary.faults)[0]["line"] == "100"
    assert {each.name for each in file.parent.iterdir()} == {
        "rows.csv",
        "rows.scored.csv",
        "rows.errors.csv",
        "whole.csv",
        "whole.errors.csv",
    }


def test_half_written_lines_are_cut(target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """As a machine leaves them that goes down."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(100)

    def stop(progress: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(target, Options(file), stop)
    with file.with_name(".rows.scored.csv.partial").open("ab") as partial:
        partial.write(b"12,half a l")

    assert len(table(run(target, Options(file)).output)) == 100


def test_a_changed_file_does_not_go_on(
    target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its beginning would be another's."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)

    def stop(progress: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(target, Options(rows(100)), stop)
    file = rows(101)

    with pytest.raises(OfAnotherRun, match="--force begins anew"):
        run(target, Options(file))
    assert run(target, Options(file, force=True)).rows == 101


def truncated(file: Path) -> None:
    """Only its first half is left."""
    os.truncate(file, file.stat().st_size // 2)


def written_over(file: Path) -> None:
    """The same file with as many other bytes."""
    content = file.read_bytes().replace(b",1", b",2")
    status = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def replaced(file: Path) -> None:
    """Another file in its place that looks the same."""
    copy = file.with_name("copy")
    shutil.copy2(file, copy)
    copy.replace(file)


def removed(file: Path) -> None:
    """Nothing in its place."""
    file.rename(file.with_name("away"))


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz"])
@pytest.mark.parametrize("change", [truncated, written_over, replaced, removed])
def test_a_file_that_changes_meanwhile_has_no_table(
    name: str,
    change: Callable[[Path], None],
    target: Target,
    rows: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was written stays half, and is not gone on with."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(300, name=name)
    parts = itertools.count(1)

    def meddle(step: Any) -> None:
        if next(parts) == 3:
            change(file)

    with pytest.raises(running.Changed) as problem:
        run(target, Options(file), meddle)
    assert str(problem.value) == (
        f"{file} has changed while it was scored, so the answers would be of two files; --force begins anew when it "
        "is whole."
    )
    scored = name.replace("rows", "rows.scored")
    assert not file.with_name(scored).exists()
    assert file.with_name(f".{scored}.partial").stat().st_size > 0
    if change != removed:
        with pytest.raises(OfAnotherRun):
            run(target, Options(file))


def test_it_stops_at_as_many_bad_rows_as_one_says(
    target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says where what there is lies."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(300, dict.fromkeys(range(10, 300), "bad"))

    with pytest.raises(Stopped, match="--stop-at says 5"):
        run(target, Options(file, stop_at=5))
    assert not file.with_name("rows.scored.csv").exists()


def test_a_compressed_file_that_is_cut_short_loses_nothing(
    target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is whole is scored, and goes on when the file is whole."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(5_000, name="rows.csv.gz")
    file.write_bytes(file.read_bytes()[:-200])

    with pytest.raises(Unfinished, match="ends in the middle"):
        run(target, Options(file))
    assert not file.with_name("rows.scored.csv.gz").exists()
    assert file.with_name(".rows.scored.csv.gz.partial").stat().st_size > 0


def test_a_process_that_is_killed_is_told_and_the_run_goes_on_later(
    target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where memory runs out."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(200)
    held: list[Workers] = []
    made = Workers.__init__

    def noted(self: Workers, *arguments: Any) -> None:
        made(self, *arguments)
        held.append(self)

    def kill(progress: Any) -> None:
        os.kill(held[0]._all[0]._process.pid, signal.SIGKILL)

    monkeypatch.setattr(Workers, "__init__", noted)
    with pytest.raises(NotScored, match="was killed by signal 9"):
        run(target, Options(file), kill)
    summary = run(target, Options(file))

    assert summary.resumed
    assert len(table(summary.output)) == 200


def test_a_full_disk_is_told_and_the_run_goes_on_later(
    target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there is room again."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(200)

    def full(progress: Any) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(running.NoRoom, match="There is no room left for"):
        run(target, Options(file), full)

    assert len(table(run(target, Options(file)).output)) == 200


@pytest.mark.parametrize("jobs", [1, 2])
def test_parquet_goes_on_where_it_was(
    jobs: int, target: Target, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row group by row group, without a row lost or twice."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("sparely_toolkit.score.row_groups.ROWS", 16)
    file = tmp_path / "rows.parquet"
    names = [*bundle.instances[0]]
    instances = [bundle.instances[number % len(bundle.instances)] for number in range(200)]
    columns = {name: [each.get(name) for each in instances] for name in names}
    columns["hue"][77] = None
    pq.write_table(pa.table({"id": range(200), **columns}), file, row_group_size=50)
    whole = run(target, Options(file, output=file.with_name("whole.parquet")))
    with pytest.raises(KeyboardInterrupt):
        run(target, Options(file, jobs=jobs), interrupting())
    summary = run(target, Options(file, jobs=jobs))

    assert 0 < summary.resumed < 200
    answers = pq.read_table(summary.output)
    assert answers.equals(pq.read_table(whole.output))
    assert answers.column("id").to_pylist() == [number for number in range(200) if number != 77]
    assert [row["line"] for row in table(summary.faults)] == ["78"]
    made = pq.ParquetFile(summary.output).metadata
    assert [made.row_group(number).num_rows for number in range(4)] == [50, 49, 50, 50]
