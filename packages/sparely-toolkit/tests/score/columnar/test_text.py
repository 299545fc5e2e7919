"""Blocks of a CSV by columns: the bytes that they have by rows."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sparely import Service
from sparely.batch.blocks import Csv
from sparely.batch.scorer import Scorer
from sparely.bundle import read_bundles
from sparely.manifest import Feature
from support.kinds import CONSTANTS, put_models
from support.services import MODELS, TEMPLATE
from support.stepped import put_stepped

pytest.importorskip("pyarrow")
from sparely_toolkit.score.columnar.features import Misfit
from sparely_toolkit.score.columnar.text import ColumnarCsv

BUNDLES = {bundle.path: bundle for bundle in read_bundles(MODELS)}
SHOWN_BY_ROWS = {"multilabel", "labels-alone"}
AWKWARD = (
    "",
    "NA",
    "nan",
    "inf",
    "1e400",
    " 5",
    "5 ",
    "+5",
    "5.",
    "1_0",
    "\u0661",
    "true",
    "1e-7",
    "-0",
    "x",
    "\xfc",
    "\0",
)
ODD_LINES = (b"", b"a", b"a,b", b"\xff,1,1,1,1,1,1,1", b",,,,,,,,,,,,,,,,,,,,")


@pytest.fixture(scope="module")
def samples() -> Service:
    """The service of the sample models."""
    return Service(str(TEMPLATE / "src" / "handler" / "app.py"))


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service of a model of every kind."""
    root = tmp_path_factory.mktemp("kinds")
    put_models(root / "models")
    return Service(str(root / "handler" / "app.py"))


def both(scorer: Scorer, names: Sequence[str], kept: Sequence[str], separator: str = ",") -> tuple[Csv, ColumnarCsv]:
    """A format by rows and by columns."""
    plain = Csv(scorer, names, kept, separator)
    return plain, ColumnarCsv(plain, scorer, names, kept, separator)


def cell(draw: random.Random, feature: Feature) -> str:
    """A good one for a feature."""
    if feature.type == "string":
        return draw.choice(sorted(feature.categories))
    value = draw.uniform(feature.minimum or 0, feature.maximum or 1)
    return repr(round(value, draw.randint(0, 17)))


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("path", BUNDLES)
def test_any_block_has_the_bytes_that_it_has_by_rows(path: str, seed: int, samples: Service) -> None:
    """Answers, faults and counts, whatever is in it, wherever its columns stand, whichever are kept."""
    draw = random.Random(f"{path} {seed}")
    area, _, name = path.partition("/")
    scorer = Scorer(samples, area, name)
    features = {feature.name: feature for feature in BUNDLES[path].manifest.features}
    names = draw.sample(["id", "date", *features], len(features) + 2)
    separator, end = draw.choice(",;\t|"), draw.choice([b"\n", b"\r\n"])
    bad = draw.choice([0, 0, 0.001, 0.05])
    lines = []
    for number in range(draw.choice([1, 900, 2_500])):
        cells = {each: cell(draw, feature) for each, feature in features.items()}
        if draw.random() < bad:
            cells[draw.choice([*features])] = draw.choice(AWKWARD)
        line = separator.join({"id": f"{number}", "date": "\xe4 1", **cells}[each] for each in names).encode()
        lines.append(draw.choice(ODD_LINES) if draw.random() < bad / 5 else line)
    block = end.join(lines) + draw.choice([b"", end, end + end])
    kept = draw.choice([names, ["id"], ["date", next(iter(features)), "id"], [*features], []])
    plain, columnar = both(scorer, names, kept, separator)

    assert columnar.score(block, 2) == plain.score(block, 2)


@pytest.mark.parametrize("name", [name for name in CONSTANTS if name not in SHOWN_BY_ROWS])
def test_every_kind_has_the_cells_that_it_has_by_rows(name: str, kinds: Service) -> None:
    """Labels, flags and numbers."""
    plain, columnar = both(Scorer(kinds, "kinds", name), ["size", "count", "flag"], ["flag"])
    block = b"1.5,3,true\n-2,0.0,0\n1e3,7,TRUE\n"

    assert columnar._at_once(block) == plain.score(block, 2)


@pytest.mark.parametrize("name", sorted(SHOWN_BY_ROWS))
def test_lists_are_left_to_rows(name: str, kinds: Service) -> None:
    """They are no columns."""
    assert not ColumnarCsv.can(Scorer(kinds, "kinds", name), ",")


def test_steps_are_left_to_rows(tmp_path: Path) -> None:
    """They see one row after the other."""
    put_stepped(tmp_path / "models")
    service = Service(str(tmp_path / "handler" / "app.py"))

    assert not ColumnarCsv.can(Scorer(service, "toys", "stepped", {"stepped": ("value", "rule.capped")}), ",")


FORMS: dict[str, dict[str, Any]] = {
    "null": {"size": {"null": "nan"}, "count": {"null": "nan"}, "flag": {"null": "nan"}},
    "absent": {"count": {"null": "nan", "required": False}},
    "values": {"count": {"accepts": {"values": [0, 3, 7]}}},
    "bounds": {"size": {"accepts": {"above": 0}}, "count": {"accepts": {"minimum": 1, "below": 7}}},
    "holes": {"size": {"accepts": {"without": [0.5, -2]}}, "count": {"accepts": {"without": [3]}}},
}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("form", FORMS)
def test_what_estimators_refuse_is_refused_alike(form: str, seed: int, tmp_path: Path) -> None:
    """Nulls, values that they do not know, bounds; whole numbers, also beyond what floats hold."""
    put_models(tmp_path / "models")
    file = tmp_path / "models" / "kinds" / "regressor" / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    manifest["features"] = [{**each, **FORMS[form].get(each["name"], {})} for each in manifest["features"]]
    file.write_text(json.dumps(manifest), "utf-8")
    scorer = Scorer(Service(str(tmp_path / "handler" / "app.py")), "kinds", "regressor")
    names = ["size", "flag"] if form == "absent" else ["size", "count", "flag"]
    draw = random.Random(seed)
    cells = {
        "size": ["1", "0.5", "-2", "1e39", "", "NA"],
        "count": ["3", "7", "0", "7.0", "7.5", "9007199254740992", "9007199254740993", "-9007199254740993", "", "0x7"],
        "flag": ["true", "0", "FALSE", "1", "tRUE", ""],
    }
    lines = [",".join(draw.choice(cells[name][: draw.choice([2, 3, 9])]) for name in names) for _ in range(4)]
    plain, columnar = both(scorer, names, names)

    for line in [*lines, "\n".join(lines)]:
        block = f"{line}\n".encode()
        assert columnar.score(block, 2) == plain.score(block, 2)


@pytest.mark.parametrize("kept", [["id", "x"], ["id"], []])
def test_a_file_without_a_feature_is_answered_alike(kept: list[str], tmp_path: Path) -> None:
    """Where each may be absent; rows of more or fewer cells are found though no cell of them is asked for."""
    put_models(tmp_path / "models")
    file = tmp_path / "models" / "kinds" / "regressor" / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    manifest["features"] = [{**each, "null": "nan", "required": False} for each in manifest["features"]]
    file.write_text(json.dumps(manifest), "utf-8")
    scorer = Scorer(Service(str(tmp_path / "handler" / "app.py")), "kinds", "regressor")
    plain, columnar = both(scorer, ["id", "x"], kept)

    for block in (b"1,2\n", b"1,2\n3\n4,5,6\n", b"1,2\n\n3,4\n", b"1,2\n \n", b"\xff,2\n", b"\n"):
        assert columnar.score(block, 2) == plain.score(block, 2)


def test_a_plain_block_is_read_by_columns(samples: Service) -> None:
    """The rows are not looked at one by one."""
    bundle = BUNDLES["clinic/high-risk"]
    names = [*bundle.instances[0]]
    _, columnar = both(Scorer(samples, "clinic", "high-risk"), names, names)
    good = ",".join("" if bundle.instances[0][each] is None else f"{bundle.instances[0][each]}" for each in names)

    assert columnar._at_once(f"{good}\n".encode()).rows == 1
    with pytest.raises(Misfit):
        columnar._at_once(f"{good},\n".encode())


def test_labels_have_their_quotes(kinds: Service) -> None:
    """Where the separator is in them."""
    _, columnar = both(Scorer(kinds, "kinds", "classifier"), ["size"], [], "b")

    assert columnar._cell("b") == '"b"'
