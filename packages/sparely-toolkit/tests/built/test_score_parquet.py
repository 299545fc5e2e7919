"""`sparely score` of Parquet: what is in a file that another program wrote."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sparely.bundle import Bundle
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.score.asked import Options
from sparely_toolkit.score.process import Target
from sparely_toolkit.score.run import run
from support.command_line import Sparely
from tests.built.scoring import MODEL, of_form, table


@pytest.mark.parametrize("groups", [0, 1])
def test_a_parquet_of_no_rows_has_a_table_of_no_rows(
    groups: int, project: Project, bundle: Bundle, tmp_path: Path, sparely: Sparely
) -> None:
    """With the columns that it has otherwise, as a CSV of a head alone."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "rows.parquet"
    schema = pa.schema([(name, pa.float64()) for name in bundle.instances[0]])
    with pq.ParquetWriter(file, schema) as writer:
        for _ in range(groups):
            writer.write_table(schema.empty_table())

    outcome = sparely("score", MODEL, file, service=project.root)

    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")
    answers = pq.read_table(file.with_name("rows.scored.parquet"))
    assert answers.num_rows == 0
    assert [answers.schema.field(name).type for name in ("hue", "label", "version")] == [
        pa.float64(),
        pa.string(),
        pa.string(),
    ]
    assert {each.name for each in tmp_path.iterdir()} == {"rows.parquet", "rows.scored.parquet"}


def test_parquet_with_views_and_a_text_that_is_no_utf8(
    target: Target, rows: Callable[..., Path], tmp_path: Path
) -> None:
    """Its row alone is refused, with its number."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    file = of_form(rows(40), ".parquet")
    names = [b"\xff" if number == 7 else b"x" for number in range(40)]
    note = pa.array(names).cast(pa.binary_view()).view(pa.string_view())
    pq.write_table(pq.read_table(file).append_column("note", note), file, row_group_size=20)

    summary = run(target, Options(file))

    assert (summary.rows, summary.refused) == (39, 1)
    assert [row["line"] for row in table(summary.faults)] == ["8"]
    assert {*pq.read_table(summary.output).column("note").to_pylist()} == {"x"}


def test_without_pyarrow_parquet_is_told_apart(
    project: Project, rows: Callable[..., Path], sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one sentence that says how to get it."""
    file = of_form(rows(3), ".parquet")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    outcome = sparely("score", MODEL, file, service=project.root)

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == (
        f"{file}: Parquet is read by pyarrow, which is not installed here: put pyarrow into requirements/dev.in, "
        "then make lock; or save the file as CSV.\n"
    )


def test_parquet_says_its_need_beforehand(project: Project, rows: Callable[..., Path], sparely: Sparely) -> None:
    """Then what was done."""
    outcome = sparely("score", MODEL, of_form(rows(30), ".parquet"), service=project.root)

    need, done, _ = outcome.out.splitlines()
    assert need == "rows.parquet has 1 row group of up to 30 rows: takes up to 150 MB."
    assert done.startswith("30 rows answered in ")
