"""`sparely score` of a built package: files in, tables of answers and faults out."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely.agreement import agrees
from sparely.batch import source
from sparely.bundle import Bundle, read_bundles
from sparely.kinds import flattened
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.score.asked import Options, target_of
from sparely_toolkit.score.places import WrongCall
from sparely_toolkit.score.process import Target
from sparely_toolkit.score.run import run
from support.command_line import Sparely
from support.tables import table as golden_table
from tests.built.scoring import MODEL, table


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


def test_where_no_row_has_an_answer_nothing_is_said_of_a_rate(
    project: Project, rows: Callable[..., Path], sparely: Sparely
) -> None:
    """For none was answered in that time."""
    outcome = sparely("score", MODEL, rows(3, dict.fromkeys((2, 3, 4), "bad")), service=project.root)

    assert re.match(r"0 rows answered in [0-9.]+ s: \S+rows\.scored\.csv\.$", outcome.out.splitlines()[0])


def test_an_area_is_scored_by_all_of_its_models(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """Each with its columns and its version."""
    members = [each for each in read_bundles(project.models) if each.area == "winery"]
    row = {name: value for each in members for name, value in each.instances[0].items()}
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"id": 7, **row}) + "\n", "utf-8")

    outcome = sparely("score", "winery", file, "--keep", "id", service=project.root)

    assert outcome.exit_code == ExitCode.DONE
    assert outcome.out.startswith("1 row answered in ")
    assert re.search(r"^Memory: at most \d\d MB in 1 process\.$", outcome.out, re.MULTILINE)
    answer = json.loads(file.with_name("rows.scored.jsonl").read_text("utf-8"))
    assert answer["id"] == 7
    assert {f"{each.name}.version" for each in members} <= {*answer}


def test_a_compressed_file_has_a_compressed_table(target: Target, rows: Callable[..., Path]) -> None:
    """Of the same rows."""
    file = rows(30, name="rows.csv.gz")

    summary = run(target, Options(file))

    assert summary.output == file.with_name("rows.scored.csv.gz")
    assert len(table(summary.output)) == 30


@pytest.mark.parametrize(("file", "output"), [("rows.csv.gz", "answers.csv"), ("rows.csv", "answers.csv.gz")])
def test_the_name_of_the_table_says_whether_it_is_compressed(
    file: str, output: str, target: Target, rows: Callable[..., Path]
) -> None:
    """Not that of the file."""
    source = rows(30, name=file)

    summary = run(target, Options(source, output=source.with_name(output)))

    assert len(table(summary.output)) == 30


def test_runs_with_other_outputs_leave_each_other_their_faults(target: Target, rows: Callable[..., Path]) -> None:
    """Also the one that has none."""
    first = run(target, Options(rows(5, {3: "bad"})))
    second = run(target, Options(rows(5), output=first.output.with_name("others.csv")))

    assert [row["line"] for row in table(first.faults)] == ["3"]
    assert second.faults == first.output.with_name("others.errors.csv")


def test_a_column_that_is_kept_twice_stands_once(target: Target, rows: Callable[..., Path]) -> None:
    """As in JSON lines."""
    summary = run(target, Options(rows(3), keep=("id", "id")))

    assert summary.output.read_text("utf-8").startswith("id,label,")


def test_nothing_is_written_over(target: Target, rows: Callable[..., Path]) -> None:
    """Unless one says so."""
    file = rows(3)
    run(target, Options(file))

    with pytest.raises(WrongCall, match="is there already; --force writes over it"):
        run(target, Options(file))
    assert run(target, Options(file, force=True)).rows == 3


def test_a_table_of_another_name_than_its_format_is_refused(target: Target, rows: Callable[..., Path]) -> None:
    """Before anything is written."""
    file = rows(3)

    with pytest.raises(
        WrongCall, match=r"answers\.jsonl: its name says JSON lines, and answers are CSV as rows\.csv is"
    ):
        run(target, Options(file, output=file.with_name("answers.jsonl")))
    assert [each.name for each in file.parent.iterdir()] == ["rows.csv"]


def test_faults_that_are_there_are_not_written_over(target: Target, rows: Callable[..., Path]) -> None:
    """Nor taken away by a run that has none."""
    file = rows(3)
    faults = file.with_name("rows.errors.csv")
    faults.write_text("mine\n", "utf-8")

    with pytest.raises(WrongCall, match=r"rows\.errors\.csv is there already; --force writes over it"):
        run(target, Options(file))
    assert faults.read_text("utf-8") == "mine\n"
    assert run(target, Options(file, force=True)).rows == 3
    assert not faults.exists()


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

    with pytest.raises(WrongCall, match=sentence):
        run(target, Options(file, **options))
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]


def test_a_table_without_rows_has_a_table_without_answers(target: Target, rows: Callable[..., Path]) -> None:
    """Under its head."""
    summary = run(target, Options(rows(0)))

    assert (summary.rows, summary.refused) == (0, 0)
    assert summary.output.read_text("utf-8").startswith("id,")


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


RISK = "clinic/high-risk"


@pytest.fixture
def risk(project: Project) -> Bundle:
    """A model with a feature that a row may lack."""
    return next(each for each in read_bundles(project.models) if each.path == RISK)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_without_a_column_of_a_feature_is_refused(
    suffix: str, project: Project, risk: Bundle, tmp_path: Path, sparely: Sparely
) -> None:
    """With the column that may be meant, and what allows it."""
    (feature,) = (each.name for each in risk.manifest.features if not each.required)
    file = tmp_path / "rows.csv"
    file.write_bytes(golden_table(risk, 5, {}).replace(feature.encode(), feature.upper().encode(), 1))
    if suffix == ".parquet":
        pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        file = file.with_suffix(suffix)
        named = [{feature.upper() if name == feature else name: row[name] for name in row} for row in risk.instances]
        pq.write_table(pa.Table.from_pylist(named), file)
    place = "its first line" if suffix == ".csv" else "it"

    outcome = sparely("score", RISK, file, service=project.root)

    assert (outcome.exit_code, outcome.out) == (ExitCode.WRONG_CALL, "")
    assert outcome.err == (
        f'{file}: {place} lacks "{feature}" ("{feature.upper()}" may be meant), which would be null in every row; '
        f"rename the column, or --lacking {feature} allows it.\n"
    )
    assert not file.with_name(f"rows.scored{suffix}").exists()
    outcome = sparely("score", RISK, file, "--lacking", feature, service=project.root)
    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")


def test_a_feature_that_no_line_of_json_has_is_told_at_the_end(
    project: Project, target: Target, risk: Bundle, tmp_path: Path, sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the run was interrupted; with the answers, and not where one says that it is lacking."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 2_000)
    (feature,) = (each.name for each in risk.manifest.features if not each.required)
    row = {name: value for name, value in risk.instances[0].items() if name != feature}
    file = tmp_path / "rows.jsonl"
    lines = [json.dumps({**row, feature.upper(): 1}), *[json.dumps(row)] * 99]
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    of = target_of(project, target.function, RISK)

    def interrupt(step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(of, Options(file), interrupt)
    outcome = sparely("score", RISK, file, service=project.root)

    assert outcome.exit_code == ExitCode.DONE
    assert "of them before" in outcome.out
    assert outcome.err == (
        f'No row has "{feature}" ("{feature.upper()}" may be meant), so every row was answered with null for it; '
        f"--lacking {feature} allows that.\n"
    )
    assert run(of, Options(file, lacking=(feature,), force=True)).lacking == {}
    file.write_text("".join(f"{line}\n" for line in [*lines, json.dumps({**row, feature: None})]), "utf-8")
    assert run(of, Options(file, force=True)).lacking == {}
