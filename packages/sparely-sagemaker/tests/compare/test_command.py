"""`sparely sagemaker compare`: one architecture measured, and among the long tests the command in its shortest form."""

import json

import pytest

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.compare import measuring
from sparely_sagemaker.compare.contestants import CONTESTANTS, MULTI_MODEL
from sparely_sagemaker.compare.measuring import Load
from support.command_line import Sparely

SHORT = ("--rounds", "1", "--rate", "20", "--seconds", "2", "--steps", "10", "--steps", "20", "--step-seconds", "2")


def test_an_architecture_is_measured(built: AddOn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thin function and its container have answered, used processor time, and held a light step."""
    monkeypatch.setattr(measuring, "CONTESTANTS", (MULTI_MODEL,))
    built.comparison.mkdir(exist_ok=True)
    told: list[str] = []

    ((turn,),) = measuring.measure(built, Load(20, 1, (10,), 1), 1, told.append).values()

    assert (turn.failed_percent, turn.breaking_point) == (0, 10)
    assert min(turn.requests, turn.p50_ms, turn.function_ms, turn.container_ms, turn.billed_ms) > 0
    assert told[0].startswith("round 1 of 1: multi-model holds 10/s, p95 ")


@pytest.mark.soak
def test_every_architecture_is_measured_and_written_down(sparely: Sparely, built: AddOn) -> None:
    """Each has answered, and used processor time where it has processes of its own: function, containers or both."""
    outcome = sparely("sagemaker", "compare", *SHORT, service=built.project.root)

    assert outcome.exit_code == 0, outcome.err
    results = json.loads((built.comparison / "compare.json").read_text("utf-8"))
    figures = {
        key: {name: figure["median"] for name, figure in each.items()} for key, each in results["contestants"].items()
    }
    assert figures.keys() == {each.key for each in CONTESTANTS}
    assert results["load"]["steps"] == [10, 20]
    assert all(each["requests"] > 0 and each["p50_ms"] > 0 for each in figures.values())
    assert {key for key, each in figures.items() if each["function_ms"] > 0} == {"lambda", "multi-model", "sequential"}
    assert {key for key, each in figures.items() if each["container_ms"] > 0} == {"multi-model", "sequential", "direct"}
    assert (built.comparison / "compare.svg").is_file()
    assert all(each.title in outcome.out for each in CONTESTANTS)
