"""What fuzzing starts from is answered as it should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sample_service import SERVICE
from tests.fuzz import target


def test_the_corpus_has_answers_of_every_kind() -> None:
    """Predictions and each refusal that a body can meet."""
    assert {target.answer(content) for content in target.corpus()} == {200, 400, 413, 422}


def test_every_path_is_in_the_corpus() -> None:
    """Every area and model, in both dialects."""
    assert {content[0] & 0x7F for content in target.corpus()} == {*range(len(target.PATHS))}


@given(st.binary(max_size=80), st.integers(0, 255))
def test_any_bytes_are_answered(body: bytes, choice: int) -> None:
    """Blindly, a little of what the fuzzer does with its eyes open."""
    assert target.answer(bytes([choice]) + body) in (200, 400, 422)


def test_a_failure_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken service does not pass."""
    monkeypatch.setattr(SERVICE, "registry", None)

    with pytest.raises(target.Failed):
        target.answer(b"\x00{}")
