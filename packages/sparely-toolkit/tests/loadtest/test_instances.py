"""What is asked, and what must be answered."""

import json
from pathlib import Path

import pytest

from sparely.golden import CallersAnswer
from sparely.manifest import Tolerance
from sparely_toolkit.loadtest.instances import NothingToAsk, passed_over, read_weights, targets
from sparely_toolkit.problems import Problem
from support.services import MODELS
from support.stepped import put_stepped
from tests.loadtest.conftest import TRAFFIC


def test_every_model_and_every_area_is_a_target(models: Path) -> None:
    """Each model has a route of its own, each area one for all its models."""
    assert [target.path for target in targets(models, TRAFFIC)] == [
        "/predict/kinds/parity",
        "/predict/sums/minus",
        "/predict/sums/plus",
        "/predict/kinds",
        "/predict/sums",
    ]


def test_no_shipped_model_goes_without_load() -> None:
    """A model that is added to the service is asked by the load test, and so is its area."""
    shipped = {f"/predict/{path.parent.parent.name}/{path.parent.name}" for path in MODELS.glob("*/*/manifest.json")}
    areas = {f"/predict/{path.name}" for path in MODELS.iterdir() if path.is_dir()}

    assert {target.path for target in targets(MODELS, TRAFFIC)} == shipped | areas


def test_a_question_carries_one_golden_row_and_its_answer(models: Path) -> None:
    """The body is a request with one instance, the expectation its golden prediction."""
    plus = next(target for target in targets(models, TRAFFIC) if target.name == "sums/plus")

    assert json.loads(plus.questions[1].body) == {"instances": [{"a": 3, "b": None}]}
    assert plus.questions[1].expected == CallersAnswer(200, {"predictions": {"plus": [{"value": 3.0}]}})


def test_an_area_is_asked_about_cases_that_all_its_models_know(models: Path) -> None:
    """Rows of one case are joined; a case with a gap is left out, for its null is not every model's."""
    area = next(target for target in targets(models, TRAFFIC) if target.name == "sums")

    assert [json.loads(question.body) for question in area.questions] == [{"instances": [{"a": 1, "c": 1, "b": 2}]}]
    assert area.questions[0].expected == CallersAnswer(
        200, {"predictions": {"minus": [{"value": 0.0}], "plus": [{"value": 3.0}]}}
    )


def test_weights_come_from_the_file(models: Path, tmp_path: Path) -> None:
    """A route that is named has its own weight, the others the common one."""
    weights = tmp_path / "traffic.toml"
    weights.write_text('[models]\neach = 3\n"sums/plus" = 9\n[areas]\neach = 2\n')

    shares = {target.name: target.weight for target in targets(models, weights)}

    assert shares == {"kinds/parity": 3, "sums/minus": 3, "sums/plus": 9, "kinds": 2, "sums": 2}


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    """Nothing to ask for is a fault of its own."""
    with pytest.raises(NothingToAsk, match=r"holds no manifest\.json with a golden\.json beside it\.$"):
        targets(tmp_path, TRAFFIC)


def test_a_question_knows_how_near_each_model_has_to_come(models: Path) -> None:
    """The tolerance is the one that the model was exported with."""
    found = {target.name: target.questions[0].tolerances for target in targets(models, TRAFFIC)}

    assert found["kinds/parity"] == {"parity": Tolerance(1e-4, 1e-4)}
    assert found["sums"] == {"minus": Tolerance(), "plus": Tolerance()}


def test_what_is_gone_gets_no_traffic_and_stops_nothing(models: Path, tmp_path: Path) -> None:
    """A model that was removed may still stand in the file."""
    weights = tmp_path / "traffic.toml"
    weights.write_text('[models]\neach = 3\n"sums/times" = 9\n[areas]\nshapes = 1\n')

    assert passed_over(models, weights) == ["sums/times", "shapes"]
    assert {target.weight for target in targets(models, weights)} == {3, 1}


def test_a_table_may_be_missing(tmp_path: Path) -> None:
    """All routes have equal shares then."""
    (tmp_path / "traffic.toml").write_text("")

    weights = read_weights(tmp_path / "traffic.toml")

    assert (weights.of_model("a/b"), weights.of_area("a")) == (1, 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[models]\n"a/b" = "much"', "[models] \"a/b\" is 'much', not a whole number from 0 on."),
        ("[areas]\na = -1", '[areas] "a" is -1, not a whole number from 0 on.'),
        ("[models", "Expected ']' at the end of a table declaration (at end of document)."),
    ],
)
def test_weights_that_are_none_are_one_sentence(content: str, sentence: str, tmp_path: Path) -> None:
    """It names the file and the entry."""
    (tmp_path / "traffic.toml").write_text(content)

    with pytest.raises(Problem) as caught:
        read_weights(tmp_path / "traffic.toml")

    assert str(caught.value) == f"traffic.toml cannot be read: {sentence}"


def test_a_model_with_steps_is_asked_for_what_callers_get(tmp_path: Path) -> None:
    """With callers' rows, as they get their answers at /predict."""
    put_stepped(tmp_path)

    target = next(target for target in targets(tmp_path, TRAFFIC) if target.name == "toys/stepped")

    assert json.loads(target.questions[0].body) == {"instances": [{"size": 1.5, "count": 4}]}
    assert target.questions[0].expected == CallersAnswer(
        200, {"predictions": {"stepped": [{"value": 5.0, "rule": {"capped": True}}]}}
    )
