"""`sparely score` of a built package: files in, tables of answers and faults out."""

import csv
import gzip
import io
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely.agreement import agrees
from sparely.bundle import Bundle, read_bundles
from sparely.kinds import flattened
from sparely_toolkit.local.template import read_built
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.score import run as running
from sparely_toolkit.score import source
from sparely_toolkit.score.journal import OfAnotherRun
from sparely_toolkit.score.run import Options, Stopped, WrongCall, run, target_of
from sparely_toolkit.score.source import CutShort, UnreadableFile
from sparely_toolkit.score.workers import NotScored, Target, Workers
from support.command_line import Sparely

MODEL = "winery/cultivar"


@pytest.fixture(scope="module")
def bundle(project: Project) -> Bundle:
    """The model that is asked."""
    return next(each for each in read_bundles(project.models) if each.path == MODEL)


@pytest.fixture(scope="module")
def target(project: Project) -> Target:
    """It, in the built package."""
    return target_of(project, read_built(project).function, MODEL)


@pytest.fixture
def rows(tmp_path: Path, bundle: Bundle) -> Callable[..., Path]:
    """Write a CSV of n rows, golden ones in turns, with some lines of one's own instead."""

    def write(count: int, lines: dict[int, str] | None = None, name: str = "rows.csv") -> Path:
        text = io.StringIO()
        names = [*bundle.instances[0]]
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["id", *names])
        for number in range(count):
            instance = bundle.instances[number % len(bundle.instances)]
            writer.writerow([number, *(instance.get(name) for name in names)])
        written = text.getvalue().splitlines()
        for place, line in (lines or {}).items():
            written[place - 1] = line
        file = tmp_path / name
        content = "\n".join([*written, ""]).encode()
        file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return file

    return write


def table(file: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
    return [*csv.DictReader(io.StringIO(text, newline=""))]


def test_every_row_gets_the_answer_of_its_golden_row(
    project: Project, bundle: Bundle, rows: Callable[..., Path], sparely: Sparely
) -> None:
    """By the command; beside the file, with its columns before them."""
    file = rows(500)

    outcome = sparely("score", MODEL, file, "--keep", "id", "--jobs", "2", service=project.root)

    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")
    answers = table(file.with_name("rows.scored.csv"))
    assert [row.pop("id") for row in answers] == [f"{number}" for number in range(500)]
    assert {row.pop("version") for row in answers} == {bundle.version}
    expected = [dict(flattened(bundle.predictions[number % len(bundle.predictions)])) for number in range(500)]
    numbers = [{name: value if name == "label" else float(value) for name, value in row.items()} for row in answers]
    assert agrees(expected, numbers, bundle.manifest.tolerance)
    assert not file.with_name("rows.errors.csv").exists()


def test_bad_rows_go_to_a_table_of_their_own(project: Project, rows: Callable[..., Path], sparely: Sparely) -> None:
    """With their lines; the command says so with 1."""
    file = rows(50, {3: "1,oops,1,1,1,1,1,1", 20: "2", 51: "x,,1,1,1,1,1,1"})

    outcome = sparely("score", MODEL, file, service=project.root)

    assert outcome.exit_code == ExitCode.NO
    assert outcome.err == f"3 rows have no answer; {file.with_name('rows.errors.csv')} says which and why.\n"
    faults = table(file.with_name("rows.errors.csv"))
    assert [row["line"] for row in faults] == ["3", "20", "51"]
    assert faults[0]["pointer"].startswith("/instances/0/")
    assert len(table(file.with_name("rows.scored.csv"))) == 47


def test_an_area_is_scored_by_all_of_its_models(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """Each with its columns and its version."""
    members = [each for each in read_bundles(project.models) if each.area == "winery"]
    row = {name: value for each in members for name, value in each.instances[0].items()}
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"id": 7, **row}) + "\n", "utf-8")

    outcome = sparely("score", "winery", file, "--keep", "id", service=project.root)

    assert outcome.exit_code == ExitCode.DONE
    assert outcome.out.startswith("1 row answered in ")
    answer = json.loads(file.with_name("rows.scored.jsonl").read_text("utf-8"))
    assert answer["id"] == 7
    assert {f"{each.name}.version" for each in members} <= {*answer}


def test_a_compressed_file_has_a_compressed_table(target: Target, rows: Callable[..., Path]) -> None:
    """Of the same rows."""
    file = rows(30, name="rows.csv.gz")

    summary = run(target, Options(file))

    assert summary.output == file.with_name("rows.scored.csv.gz")
    assert len(table(summary.output)) == 30


@pytest.mark.parametrize("jobs", [1, 3])
def test_an_interrupted_run_goes_on_where_it_was(
    jobs: int, target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a row lost or twice."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(300, {100: "bad"})
    whole = run(target, Options(file, output=file.with_name("whole.csv")))
    blocks = 0

    def interrupt(progress: Any) -> None:
        nonlocal blocks
        blocks += 1
        if blocks == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(target, Options(file, jobs=jobs), interrupt)
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


def test_nothing_is_written_over(target: Target, rows: Callable[..., Path]) -> None:
    """Unless one says so."""
    file = rows(3)
    run(target, Options(file))

    with pytest.raises(WrongCall, match="is there already; --force writes over it"):
        run(target, Options(file))
    assert run(target, Options(file, force=True)).rows == 3


def test_it_stops_at_as_many_bad_rows_as_one_says(
    target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says where what there is lies."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(300, dict.fromkeys(range(10, 300), "bad"))

    with pytest.raises(Stopped, match="--stop-at says 5"):
        run(target, Options(file, stop_at=5))
    assert not file.with_name("rows.scored.csv").exists()


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("", {}, "the file is empty"),
        ("id,hue\n", {}, "its first line lacks"),
        ("HEAD,hue\n", {}, 'its first line has "hue" twice'),
        ("HEAD,label\n", {}, 'has a column "label", as the answers have'),
        ("HEAD\n", {"keep": ("date",)}, 'has no column "date"'),
    ],
)
def test_a_table_that_cannot_be_asked_about_is_refused_at_once(
    content: str, options: dict[str, Any], sentence: str, target: Target, bundle: Bundle, tmp_path: Path
) -> None:
    """Before anything is written."""
    file = tmp_path / "rows.csv"
    file.write_text(content.replace("HEAD", ",".join(bundle.instances[0])), "utf-8")

    with pytest.raises((UnreadableFile, WrongCall), match=sentence):
        run(target, Options(file, **options))
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]


def test_a_table_without_rows_has_a_table_without_answers(target: Target, rows: Callable[..., Path]) -> None:
    """Under its head."""
    summary = run(target, Options(rows(0)))

    assert (summary.rows, summary.refused) == (0, 0)
    assert summary.output.read_text("utf-8").startswith("id,")


def test_a_compressed_file_that_is_cut_short_loses_nothing(
    target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is whole is scored, and goes on when the file is whole."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    file = rows(5_000, name="rows.csv.gz")
    file.write_bytes(file.read_bytes()[:-200])

    with pytest.raises(CutShort, match="ends in the middle"):
        run(target, Options(file))
    assert not file.with_name("rows.scored.csv.gz").exists()
    assert file.with_name(".rows.scored.csv.gz.partial").stat().st_size > 0


@pytest.mark.parametrize("path", ["winery/no", "no", "winery/"])
def test_a_model_that_is_not_there_is_named(path: str, project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """With those that are."""
    outcome = sparely("score", path, tmp_path / "rows.csv", service=project.root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "lacking"),
    [
        ([], "the model and the file"),
        (["", ""], "the model and the file"),
        ([MODEL, ""], "the file"),
        ([MODEL], "the file"),
        (["", "rows.csv"], "the model"),
    ],
)
def test_what_is_not_named_is_asked_for(arguments: list[str], lacking: str, project: Project, sparely: Sparely) -> None:
    """Also where make hands on an empty word."""
    outcome = sparely("score", *arguments, service=project.root)

    assert (outcome.exit_code, outcome.out, outcome.err) == (
        ExitCode.WRONG_CALL,
        "",
        f"Name {lacking}: make score MODEL=area/name FILE=rows.csv, or sparely score area/name rows.csv.\n",
    )


@pytest.mark.parametrize(
    "arguments",
    [["rows.parquetx"], ["rows.csv", "--format", "xml"], ["rows.csv", "--separator", "::"], ["nowhere.csv"]],
)
def test_a_wrong_call_is_one_sentence(arguments: list[str], project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """With what would be right."""
    outcome = sparely("score", MODEL, tmp_path / arguments[0], *arguments[1:], service=project.root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert outcome.err.count("\n") == 1


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
