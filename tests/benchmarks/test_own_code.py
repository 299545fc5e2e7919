"""What is promised of own code, judged by figures that are given here."""

import pytest

from benchmarks.own_code import Init, Requests, broken_promises, table

KEPT = Init(40.0, 1.0, ("sparely.service",))


def requests(*, ratio: float = 1.0, added_us: float = 5.0) -> Requests:
    """The second model is where it costs more."""
    without = {name: {"us": 140.0, "ratio": ratio, "added_us": 1.0} for name in ("churn", "ruin")}
    step = {
        "churn": {"us": 141.0, "ratio": 1.007, "added_us": 1.0},
        "ruin": {"us": 200.0 + added_us, "ratio": 1.025, "added_us": added_us},
    }
    return {"without": without, "prepare": step}


@pytest.mark.parametrize(
    ("init", "measured", "sentences"),
    [
        (KEPT, requests(), []),
        (KEPT, requests(ratio=1.03, added_us=10.0), []),
        (
            KEPT._replace(ratio=1.04),
            requests(),
            ["The init without own code takes 1.040 of the bare one's; expected at most 1.03."],
        ),
        (
            KEPT._replace(modules=("sparely.service", "sparely.steps")),
            requests(),
            ["The init without own code loads sparely.steps; expected sparely.service alone."],
        ),
        (
            KEPT,
            requests(ratio=1.05),
            ["A request without own code takes 1.050 of the bare one's; expected at most 1.03."],
        ),
        (KEPT, requests(added_us=10.4), ["A trivial prepare adds 10.4 us; expected at most 10 us."]),
    ],
)
def test_each_broken_promise_is_one_sentence(init: Init, measured: Requests, sentences: list[str]) -> None:
    """The model in which it costs most decides."""
    assert list(broken_promises(init, measured)) == sentences


def test_the_table_shows_where_it_costs_most() -> None:
    """With what it adds, and what was promised."""
    lines = table(KEPT, requests()).splitlines()

    assert lines[-1] == "| a trivial `prepare` | 205.0 us (+5.0) | 1.025 | at most 10 us more |"
