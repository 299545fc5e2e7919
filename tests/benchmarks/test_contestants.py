"""Who is compared with the service gives the same answers, under the same emulator."""

import dataclasses

import pytest

from benchmarks.emulator import Emulator
from benchmarks.events import check_answer, questions
from benchmarks.measurement import run_once, run_rounds
from benchmarks.packages import assemble, runtime_client
from benchmarks.processor import FULL, OF_512_MB, can_limit
from benchmarks.roster import CONTESTANTS, EMPTY, ONNXRUNTIME_MODULE, SERVICE, Contestant


@pytest.mark.parametrize("contestant", [SERVICE, ONNXRUNTIME_MODULE], ids=lambda each: each.key)
def test_every_golden_row_is_answered_as_the_estimator_answered(contestant: Contestant) -> None:
    """Contestants of the quick kind answer all golden rows of all models; `make bench` asks the others too."""
    rows = questions()

    run = run_once(contestant, assemble(contestant), rows, requests=len(rows))

    assert 0 < run.warm_p50_ms <= run.warm_p95_ms <= run.warm_p99_ms
    assert run.init_ms < run.first_answer_ms


def test_a_round_starts_each_on_a_share_of_a_core() -> None:
    """That of 512 MB, where a share can be had here; each is told of."""
    field, told = {each: assemble(each) for each in (SERVICE, EMPTY)}, list[str]()
    share = OF_512_MB if can_limit() else FULL

    runs = run_rounds(field, questions(), rounds=1, requests=32, share=share, progress=told.append)

    assert {key: len(each) for key, each in runs.items()} == {SERVICE.key: 1, EMPTY.key: 1}
    assert len(told) == 2


def test_a_wrong_answer_stops_the_benchmark() -> None:
    """A fast function that predicts something else is no contestant."""
    question = questions()[0]
    wrong = dataclasses.replace(question, expected={"label": "usual", "probabilities": {"high": 2.0, "usual": -1.0}})

    with pytest.raises(ValueError, match="high-risk: expected"):
        run_once(SERVICE, assemble(SERVICE), [wrong], requests=1)


def test_a_function_that_does_not_start_is_told() -> None:
    """The emulator's words are shown, not a figure."""
    with (
        Emulator(assemble(EMPTY), "nowhere.lambda_handler", runtime_client()) as function,
        pytest.raises(RuntimeError, match="No module named 'nowhere'"),
    ):
        function.invoke(b"{}")


def test_questions_are_of_every_model_in_turn() -> None:
    """A cycle through the questions asks all models equally often."""
    models = [question.model for question in questions()[:8]]

    assert models == ["high-risk", "progression", "alcohol", "cultivar"] * 2


@pytest.mark.parametrize("value", [0.1 + 9e-6, 0.1 - 9e-6])
def test_values_may_differ_by_the_parity_gates_tolerance(value: float) -> None:
    """What the parity gate lets through is right here too."""
    question = dataclasses.replace(questions()[0], model="sum", expected={"value": 0.1})

    check_answer(question, {"statusCode": 200, "body": f'{{"predictions": {{"sum": [{{"value": {value}}}]}}}}'})


def test_keys_are_unique_and_every_contestant_is_explained() -> None:
    """The page tells of each what is in its package and what is not."""
    assert len({each.key for each in CONTESTANTS}) == len(CONTESTANTS)
    assert all(each.note and each.title for each in CONTESTANTS)
