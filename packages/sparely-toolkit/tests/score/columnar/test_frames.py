"""Rows of Parquet by columns: the answers that they have as JSON."""

import base64
import datetime
import decimal
import json
import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sparely import Service
from sparely.batch.blocks import JsonLines, Scored
from sparely.batch.scorer import Scorer
from sparely.bundle import read_bundles
from support.kinds import CONSTANTS, put_models
from support.services import MODELS, TEMPLATE
from support.stepped import put_stepped

pa = pytest.importorskip("pyarrow")
from sparely_toolkit.score.columnar.frames import Frames  # noqa: E402

NOT_UTF8 = "The row is not UTF-8: convert the file (iconv -f WINDOWS-1252 -t UTF-8)."
BUNDLES = {bundle.path: bundle for bundle in read_bundles(MODELS)}


@pytest.fixture(scope="module")
def samples() -> Service:
    """The service of the sample models."""
    return Service(str(TEMPLATE / "src" / "handler" / "app.py"))


def scored(scorer: Scorer, table: Any, kept: Sequence[str], types: Mapping[str, str] = {}) -> tuple[Any, Scored]:
    """The answers as a table, and all that is said of them."""
    schema = base64.b64encode(table.schema.serialize()).decode()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema.with_metadata({"group": "0"})) as writer:
        writer.write_table(table)
    done = Frames(scorer, kept, types, schema).score(bytes(sink.getvalue()), 1)
    return pa.ipc.open_stream(done.answers).read_all(), done


def as_json(scorer: Scorer, rows: Sequence[Mapping[str, Any]], kept: Sequence[str]) -> tuple[list[Any], Scored]:
    """The same of the rows as JSON lines."""
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    done = JsonLines(scorer, kept).score(text.encode(), 1)
    return [json.loads(line) for line in done.answers.splitlines()], done


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("path", BUNDLES)
def test_any_rows_have_the_answers_that_they_have_as_json(path: str, seed: int, samples: Service) -> None:
    """And the same faults, row by row."""
    draw = random.Random(f"{path} {seed}")
    area, _, name = path.partition("/")
    scorer = Scorer(samples, area, name)
    bad = draw.choice([0, 0.002, 0.05])
    rows = []
    for number in range(draw.choice([1, 300, 2_300])):
        row: dict[str, Any] = {"id": number}
        for feature in BUNDLES[path].manifest.features:
            is_text = feature.type == "string"
            row[feature.name] = draw.choice(sorted(feature.categories)) if is_text else draw.uniform(1, 100)
            if draw.random() < bad:
                row[feature.name] = draw.choice([None, "x" * 1_001, ""] if is_text else [None, 1e300, -1e39])
        rows.append(row)

    answers, of_columns = scored(scorer, pa.Table.from_pylist(rows), ["id"])
    expected, of_rows = as_json(scorer, rows, ["id"])

    assert answers.to_pylist() == expected
    assert of_columns[1:4] == of_rows[1:4]


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_kind_has_its_own_types(name: str, tmp_path: Path) -> None:
    """Labels, flags, numbers and lists."""
    put_models(tmp_path / "models")
    scorer = Scorer(Service(str(tmp_path / "handler" / "app.py")), "kinds", name)
    rows = [{"size": 1.5, "count": 3, "flag": True}, {"size": 2.5, "count": 1, "flag": False}]

    answers, _ = scored(scorer, pa.Table.from_pylist(rows), ["flag"])

    assert answers.to_pylist() == as_json(scorer, rows, ["flag"])[0]


@pytest.mark.parametrize(
    ("values", "detail"),
    [
        (
            pa.array([1, 2**60]),
            f"instances[0].count is 1152921504606846976; expected a whole number from {-(2**53)} to {2**53}.",
        ),
        (pa.array([1.0, 1.5]), "instances[0].count is 1.5; expected a whole number."),
        (pa.array([None, None]), "instances[0].count is null; expected a whole number."),
        (pa.array([1, math.nan], pa.float64()), "instances[0].count is null; expected a whole number."),
        (pa.array([True, False]), "instances[0].count is false; expected a whole number."),
        (pa.array(["a", "b"]), 'instances[0].count is "b"; expected a whole number.'),
        (pa.array([b"a", b"b"]), 'instances[0].count is "b"; expected a whole number.'),
        (pa.array([b"a", b"\xff"]), NOT_UTF8),
        (pa.array([b"a", b"\xff"]).view(pa.string()), NOT_UTF8),
        (
            pa.array([1, 1], pa.timestamp("ns")),
            'instances[0].count is "1970-01-01 00:00:00.000000001"; expected a whole number.',
        ),
        (
            pa.array([datetime.date(2026, 11, 29)] * 2),
            'instances[0].count is "2026-11-29"; expected a whole number.',
        ),
        (pa.array([[1], [2]]), "instances[0].count is a list; expected a whole number."),
    ],
)
def test_what_is_no_value_of_the_feature_is_told(values: Any, detail: str, tmp_path: Path) -> None:
    """As JSON would have it."""
    put_models(tmp_path / "models")
    scorer = Scorer(Service(str(tmp_path / "handler" / "app.py")), "kinds", "regressor")
    table = pa.table({"size": [1.5, 1.5], "count": values, "flag": [True, True]})

    _, done = scored(scorer, table, [])

    assert done.faults.decode().splitlines()[-1].replace('""', '"').rstrip('"').endswith(detail)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([3, 7], pa.uint8()),
        pa.array([3, 7], pa.float32()),
        pa.array([decimal.Decimal("3.00"), decimal.Decimal("7.00")]),
        pa.array([3, 7]).dictionary_encode(),
    ],
)
def test_numbers_of_any_type_are_numbers(values: Any, tmp_path: Path) -> None:
    """However many bits they have."""
    put_models(tmp_path / "models")
    scorer = Scorer(Service(str(tmp_path / "handler" / "app.py")), "kinds", "regressor")

    _, done = scored(scorer, pa.table({"size": [1.5, 1.5], "count": values, "flag": [True, True]}), ["count"])

    assert (done.rows, done.faults) == (2, b"")


def test_steps_see_one_row_after_the_other(tmp_path: Path) -> None:
    """What they add has the types of golden rows."""
    put_stepped(tmp_path / "models")
    service = Service(str(tmp_path / "handler" / "app.py"))
    scorer = Scorer(service, "toys", "stepped", {"stepped": ("value", "rule.capped")})
    table = pa.table({"size": [1.5, 2_000.0, 0.5], "count": [4, 1, None]})

    answers, done = scored(scorer, table, [], {"value": "number", "rule.capped": "boolean"})

    assert [[*row.values()][:2] for row in answers.to_pylist()] == [[5.0, True], [1.0, False]]
    assert done.faults.startswith(b"2,")


def test_an_answer_of_another_type_is_told(tmp_path: Path) -> None:
    """Its row alone is refused."""
    put_stepped(tmp_path / "models")
    service = Service(str(tmp_path / "handler" / "app.py"))
    scorer = Scorer(service, "toys", "stepped", {"stepped": ("value", "rule.capped")})

    _, done = scored(scorer, pa.table({"size": [1.5], "count": [4]}), [], {"value": "boolean"})

    assert done.faults == b'1,,"""value"" of the answer is no bool, as in all golden rows of the model."\n'


LATIN = pa.array([b"one", b"Z\xfcrich", b"two", None])
TEXTS = {
    "string": LATIN.view(pa.string()),
    "large_string": LATIN.view(pa.string()).cast(pa.large_string()),
    "dictionary": LATIN.view(pa.string()).dictionary_encode(),
    "list": pa.array([[b"one"], [b"Z\xfcrich"], [b"two"], None]).view(pa.list_(pa.string())),
}


@pytest.mark.parametrize("form", TEXTS)
def test_a_row_with_a_text_that_is_no_utf8_is_refused_alone(form: str, tmp_path: Path) -> None:
    """Where it would be kept; what is written can be read."""
    put_models(tmp_path / "models")
    scorer = Scorer(Service(str(tmp_path / "handler" / "app.py")), "kinds", "regressor")
    rows = {"size": [1.5] * 4, "count": [1] * 4, "flag": [True] * 4, "city": TEXTS[form]}

    answers, done = scored(scorer, pa.table(rows), ["city"])

    assert done.faults.decode() == f"2,,{NOT_UTF8}\n"
    answers.validate(full=True)
    assert [*answers.column("city").to_pylist()] == [[["one"], ["two"], None], ["one", "two", None]][form != "list"]


@pytest.mark.parametrize("form", ["binary", "string", "large_string", "dictionary"])
def test_a_feature_that_is_no_utf8_costs_its_row(form: str, samples: Service) -> None:
    """The rows around it are answered."""
    (path,) = [name for name, each in BUNDLES.items() if any(of.type == "string" for of in each.manifest.features)][:1]
    area, _, name = path.partition("/")
    row = BUNDLES[path].instances[0]
    feature = next(each.name for each in BUNDLES[path].manifest.features if each.type == "string")
    values = pa.array([f"{row[feature]}".encode(), b"\xff"])
    table = pa.Table.from_pylist([row, row]).drop_columns([feature])
    wrong = {**TEXTS, "binary": LATIN}[form].type
    cells = values if pa.types.is_binary(wrong) else values.view(pa.string())
    cells = cells.dictionary_encode() if form == "dictionary" else cells.cast(wrong)

    _, done = scored(Scorer(samples, area, name), table.append_column(feature, cells), [])

    assert (done.rows, done.faults.decode()) == (1, f"2,,{NOT_UTF8}\n")
