"""What the page of growth is made of: packages of many models that answer, models of a chosen size, tables with slopes."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from benchmarks import growth, growth_page
from benchmarks.curves import least_squares
from benchmarks.growth_models import forest_of, shrunk, sum_of
from benchmarks.growth_page import Measured
from sparely import Service
from sparely.agreement import agrees
from sparely.bundle import model_folders, read_bundle
from sparely.engine import ElementType, Session, Tensor
from tests.support.services import MODELS


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 20, pytest.param(500, marks=pytest.mark.soak)])
def test_each_of_many_models_answers_its_golden_rows(tmp_path: Path, count: int) -> None:
    """Whether they are opened at init or when they are asked."""
    models = tmp_path / "models"
    shutil.copytree(MODELS, models)
    growth.put_copies(models, count)
    service = Service(str(tmp_path / "handler" / "app.py"))
    context = SimpleNamespace(aws_request_id="growth")

    folders = model_folders(models)
    for bundle in map(read_bundle, folders):
        event = {"area": bundle.area, "model": bundle.name, "instances": list(bundle.instances)}
        answer = service(event, context)
        assert agrees(bundle.predictions, answer["predictions"][bundle.name], bundle.manifest.tolerance), bundle.path
    assert len(folders) == count


@pytest.mark.parametrize("size_bytes", [100_000, 1_000_000])
def test_a_forest_has_about_the_size_that_was_asked(size_bytes: int) -> None:
    """To a tenth; and the engine answers with it."""
    content = forest_of(size_bytes)

    assert len(content) == pytest.approx(size_bytes, rel=0.1)
    inputs = {"features": Tensor(ElementType.FLOAT, (1, 7), [0.5] * 7)}
    assert len(Session(content).run(inputs)["variable"].values) == 1


def test_a_forest_as_it_is_written_answers_the_same_in_fewer_bytes() -> None:
    """To the last bit, in less than half."""
    content = forest_of(1_000_000)
    rows = Tensor(ElementType.FLOAT, (2, 7), [0.5] * 7 + [0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.6])

    written = shrunk(content)

    assert len(written) < len(content) / 2
    before, after = (Session(each).run({"features": rows})["variable"].values for each in (content, written))
    assert [*after] == [*before]


def test_a_sum_has_as_many_columns_as_were_asked() -> None:
    """And adds them."""
    inputs = {"features": Tensor(ElementType.FLOAT, (1, 100), [0.5] * 100)}

    assert list(Session(sum_of(100)).run(inputs)["variable"].values) == [50.0]


def measured(size: float, init_ms: float, started_mb: float) -> Measured:
    """A point of which the rest is always the same."""
    return Measured(size, 9.5, init_ms, 2.0, 0.5, started_mb, 45.0)


def test_the_page_says_what_one_more_costs_by_all_points() -> None:
    """The slope of the line through them, and how much of their spread it explains."""
    points = [measured(1, 60, 40), measured(4, 60.3, 40), measured(500, 109.9, 89.6)]

    text = growth_page.page({"models": points}, busy=2)

    assert "2.0 processes were at work before it began." in text
    assert "| 500 | 9.5 | 110 | 2.00 | 0.50 | 89.6 | 45.0 |" in text
    assert "![Init, memory, zip and p50 by models](images/growth-models.svg)" in text
    assert "a model, with what the line explains: init +0.1 ms (100%), memory before the first " in text
    assert "zip +0 MB (100%), warm p50 +0 ms (100%)." in text


def test_a_line_goes_through_all_points_and_not_through_two() -> None:
    """A middle one that lies off pulls it, and is told."""
    line = least_squares([(0.0, 0.0), (1.0, 3.0), (2.0, 0.0)])

    assert (line.slope, line.start, line.explained) == (0.0, 1.0, 0.0)


def test_each_curve_is_drawn_with_its_line() -> None:
    """Four panels, one a figure, in a picture that stands by itself: what was measured, and the line through it."""
    points = [measured(1, 60, 40), measured(4, 61, 40), measured(500, 110, 89)]

    drawn = growth_page.pictures({"models": points})

    root = ElementTree.fromstring(drawn["growth-models.svg"])
    written = {each.text for each in root.iter("{http://www.w3.org/2000/svg}text")}
    assert written >= {"init, ms", "memory before the first request, MB", "zip, MB", "warm p50, ms", "models"}
    assert written >= {"measured", "least squares"}


@pytest.mark.parametrize(("init_ms", "started_mb", "fails"), [(79, 64, False), (81, 64, True), (79, 66, True)])
def test_promise_for_many_models_is_judged(
    init_ms: float, started_mb: float, fails: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """20 ms and 25 MB above four models."""
    points = [measured(4, 60, 40), measured(500, init_ms, started_mb)]

    assert growth._costs_too_much(points) is fails
    assert ("promised are 20 ms and 25 MB" in capsys.readouterr().err) is fails


def test_one_model_needs_no_copy_of_the_samples(tmp_path: Path) -> None:
    """All others, and areas that are empty then, are gone."""
    for area, name in (("a", "x"), ("a", "y"), ("b", "z")):
        folder = tmp_path / area / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({}), "utf-8")

    growth.put_copies(tmp_path, 1)

    assert [each.relative_to(tmp_path).as_posix() for each in sorted(tmp_path.rglob("*"))] == [
        "a",
        "a/x",
        "a/x/manifest.json",
    ]
