"""What a model costs to serve is measured before it is written."""

import pytest

from sparely.bundle import MANIFEST, MODEL
from sparely_export.bundle import prepare
from sparely_export.candidate import Candidate
from sparely_export.effort import Effort
from sparely_export.serving_cost import Cost, NotOpened, TooSlow, check_cost, measure
from tests.conftest import ROWS


def test_times_are_told(sum_of_inputs: Candidate) -> None:
    """By the engine that ships, in ms."""
    cost = measure(prepare(sum_of_inputs).files, ROWS)

    assert cost
    assert cost.open_ms > 0
    assert cost.row_ms > 0


def test_words_of_a_cost() -> None:
    """Seconds from one on."""
    assert str(Cost(2600, 0.0277)) == "opens in 2.6 s and answers one row in 0.028 ms with the engine that ships"


def test_what_it_adds_to_a_cold_start_is_told_by_memory_size() -> None:
    """On demand an init has a whole vCPU, where it is provisioned the share of its size."""
    assert Cost(100, 1).cold_start == (
        "adds to a cold start, as a zip or an image, 100 ms on demand at every memory size; where environments are "
        "provisioned 1.4 s at 128 MB, 346 ms at 512 MB, 173 ms at 1,024 MB, 100 ms from 1,769 MB on"
    )


def test_what_lambda_would_end_is_told() -> None:
    """Whoever allows more than the limit knows it from here."""
    said = Cost(11_000, 1).cold_start

    assert "on demand 162.0 s at 128 MB" in said
    assert "Lambda ends one on demand after 10 s" in said


def test_steps_count_into_the_time_of_a_row(sum_of_inputs: Candidate) -> None:
    """Both by name, and whoever is mostly their time is told what to mend."""
    files = prepare(sum_of_inputs).files
    steps_ms = {"prepare": 150.0, "present": 110.0}

    with pytest.raises(TooSlow) as caught:
        check_cost("toys/sum", files, ROWS, open_ms=1e6, row_ms=250, steps_ms=steps_ms)

    told = str(caught.value)
    assert (
        "answers one row in 260 ms with the engine that ships, 150 ms for prepare and 110 ms for present among it; "
        in told
    )
    assert "What is the same for every row belongs to the top of steps.py, a look-up into @service.before; " in told
    assert told.endswith("--most-row-ms 520 takes it as it is.")


def test_model_that_cannot_start_is_refused(sum_of_inputs: Candidate) -> None:
    """The sentence has the time, the limit, and what raises it."""
    files = prepare(sum_of_inputs).files

    with pytest.raises(TooSlow, match=r"0 ms to open it are allowed, .*; --most-open-ms \d+ takes it as it is\.$"):
        check_cost("toys/sum", files, ROWS, open_ms=0, row_ms=100)


def test_model_that_answers_too_slowly_is_refused(sum_of_inputs: Candidate) -> None:
    """A row has a limit of its own."""
    files = prepare(sum_of_inputs).files

    with pytest.raises(TooSlow, match=r"0 ms a row are allowed, .*; --most-row-ms \d+ takes it as it is\.$"):
        check_cost("toys/sum", files, ROWS, open_ms=1e6, row_ms=0)


def test_what_the_engine_does_not_open_is_refused(sum_of_inputs: Candidate) -> None:
    """Before anything is written."""
    files = prepare(sum_of_inputs).files

    with pytest.raises(NotOpened, match=r"^toys/sum: the engine that ships does not open it \("):
        measure({MANIFEST: files[MANIFEST], MODEL: b"no model"}, ROWS)


def test_effort_names_the_longest_steps() -> None:
    """The whole, the steps and the memory are told; steps are passed on."""
    told: list[str] = []
    effort = Effort(told.append)

    effort("read")
    effort("convert")

    assert told == ["read", "convert"]
    assert effort.summary().startswith("took 0.0 s (read 0.0 s, convert 0.0 s)")
    assert effort.summary().endswith(" MB of memory")
