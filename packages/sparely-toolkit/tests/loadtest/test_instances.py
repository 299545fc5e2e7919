"""What is asked, and what must be answered."""

import json
from pathlib import Path

import pytest

from sparely_toolkit.loadtest.instances import NoModels, targets

SHIPPED = Path(__file__).resolve().parents[2] / "src" / "models"


def test_every_model_and_every_area_is_a_target(models: Path) -> None:
    """Each model has a route of its own, each area one for all its models."""
    assert [target.path for target in targets(models)] == [
        "/predict/kinds/parity",
        "/predict/sums/minus",
        "/predict/sums/plus",
        "/predict/kinds",
        "/predict/sums",
    ]


def test_no_shipped_model_goes_without_load() -> None:
    """A model that is added to the service is asked by the load test, and so is its area."""
    shipped = {f"/predict/{path.parent.parent.name}/{path.parent.name}" for path in SHIPPED.glob("*/*/manifest.json")}
    areas = {f"/predict/{path.name}" for path in SHIPPED.iterdir() if path.is_dir()}

    assert {target.path for target in targets(SHIPPED)} == shipped | areas


def test_a_question_carries_one_golden_row_and_its_answer(models: Path) -> None:
    """The body is a request with one instance, the expectation its golden prediction."""
    plus = next(target for target in targets(models) if target.name == "sums/plus")

    assert json.loads(plus.questions[1].body) == {"instances": [{"a": 3, "b": None}]}
    assert plus.questions[1].expected == {"plus": {"value": 3.0}}


def test_an_area_is_asked_about_cases_that_all_its_models_know(models: Path) -> None:
    """Rows of one case are joined; a case with a gap is left out, for its null is not every model's."""
    area = next(target for target in targets(models) if target.name == "sums")

    assert [json.loads(question.body) for question in area.questions] == [{"instances": [{"a": 1, "c": 1, "b": 2}]}]
    assert area.questions[0].expected == {"minus": {"value": 0.0}, "plus": {"value": 3.0}}


def test_weights_come_from_the_file(models: Path, tmp_path: Path) -> None:
    """A route that is named has its own weight, the others the common one."""
    weights = tmp_path / "traffic.toml"
    weights.write_text('[models]\neach = 3\n"sums/plus" = 9\n[areas]\neach = 2\n')

    given = {target.name: target.weight for target in targets(models, weights)}

    assert given == {"kinds/parity": 3, "sums/minus": 3, "sums/plus": 9, "kinds": 2, "sums": 2}


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    """Nothing to ask for is a fault of its own."""
    with pytest.raises(NoModels, match=r"no model with a golden\.json\.$"):
        targets(tmp_path)
