"""What `export` tells whoever called it: a page, a table, a sentence, the steps on the way."""

import re
import sys
from html import unescape
from pathlib import Path

import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely_export import export
from sparely_export.report import BY_ORDER
from tests.lines import LINE, PLACE, X, Y


def test_report_is_a_page_in_a_terminal(tmp_path: Path) -> None:
    """What one types ends with where the file is."""
    shown = repr(export(LINE, X, tmp_path / "sum.zip", target=Y, units={"a": "mm"}, **PLACE)).splitlines()

    assert shown[0].startswith("toys/sum ")
    assert "    a: number of mm from 1 to 4" in shown
    assert shown[-1] == f"  written to {tmp_path / 'sum.zip'}"


def test_report_is_a_table_in_a_notebook(tmp_path: Path) -> None:
    """With what a name may hold escaped."""
    rows = X.rename(columns={"a": "<a>"})
    model = LinearRegression().fit(rows, Y)

    shown = export(model, rows, tmp_path / "sum.zip", target=Y, units={"b": "m&m"}, **PLACE)._repr_html_()

    assert "<tr><td>&lt;a&gt;</td><td>number</td><td></td><td>from 1 to 4</td><td>refused</td></tr>" in shown
    assert "<td>m&amp;m</td>" in shown
    assert "parity on" in shown
    assert f"written to {tmp_path / 'sum.zip'}</pre>" in shown


def test_notebook_is_told_all_that_a_terminal_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not taken, whose names these are, and what the estimator refuses."""
    rows = X.assign(word=["x", "y"] * 20, more=1)
    columns = ColumnTransformer([("words", OneHotEncoder(), [2]), ("numbers", "passthrough", [0, 1])])
    model = make_pipeline(columns, LinearRegression()).fit(rows.drop(columns="more").to_numpy(), Y)
    monkeypatch.setenv("COLUMNS", "400")

    report = export(model, rows.drop(columns="more"), tmp_path / "sum.zip", **PLACE)

    shown = unescape(report._repr_html_())
    told = [line for line in repr(report).splitlines() if not re.match(r"    (word|a|b): |  features$", line)]
    assert [line for line in told if line.strip() not in shown] == []
    assert BY_ORDER in shown
    assert "one of x, y; the estimator refuses all but 2 values, and so does the service (422)" in shown


def test_page_fits_into_eighty_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes on in the next line is indented; nothing is left out."""
    monkeypatch.setenv("COLUMNS", "80")

    report = export(LINE, X, tmp_path / "sum.zip", target=Y, **PLACE)

    lines = repr(report).splitlines()
    assert max(len(line) for line in lines if "written to" not in line) <= 80
    assert " ".join(repr(report).split()) == " ".join(f"{report.text} written to {report.path}".split())


def test_steps_are_told_to_whoever_asks(tmp_path: Path) -> None:
    """By a function in the place of the switch."""
    told: list[str] = []

    export(LINE, X, tmp_path / "sum.zip", target=Y, **{**PLACE, "progress": told.append})

    assert told == [
        "read the rows",
        "ask it all 40 rows",
        "ask what it refuses",
        "convert in float32 and compare",
        "open it with the engine that ships",
    ]


def test_nothing_is_shown_where_nobody_looks(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A job's log holds what the job prints."""
    export(LINE, X, tmp_path / "sum.zip", target=Y, **{**PLACE, "progress": True})

    assert capfd.readouterr() == ("", "")


def test_it_does_without_rich(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which the package does not depend on."""
    monkeypatch.setitem(sys.modules, "rich.console", None)

    assert export(LINE, X, tmp_path / "sum.zip", target=Y, **{**PLACE, "progress": True}).path.is_file()
