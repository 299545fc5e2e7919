"""What an init takes on Lambda, by memory size and by who waits for it."""

import pytest

from sparely.cold_start import on_demand_ms, prepared_ms, share_of_vcpu, told, too_long


@pytest.mark.parametrize(("memory_mb", "share"), [(128, 128 / 1769), (1769, 1), (10_240, 1)])
def test_a_memory_size_has_a_share_of_a_vcpu(memory_mb: int, share: float) -> None:
    """And no more than one is of use."""
    assert share_of_vcpu(memory_mb) == share


def test_an_init_on_demand_has_a_whole_vcpu() -> None:
    """Whatever the size, until ten seconds are over."""
    assert [on_demand_ms(9_999, size) for size in (128, 1769, 10_240)] == [9_999] * 3


def test_an_init_that_is_ended_begins_again_with_the_share_of_its_size() -> None:
    """Ten seconds are lost."""
    assert on_demand_ms(11_000, 1769) == 21_000
    assert on_demand_ms(11_000, 128) == pytest.approx(10_000 + 11_000 * 1769 / 128)


def test_an_init_beforehand_has_the_share_of_its_size() -> None:
    """Nobody waits for it."""
    assert prepared_ms(100, 512) == pytest.approx(100 * 1769 / 512)


def test_one_that_is_too_long_is_told_in_words_and_another_is_not() -> None:
    """At the limit it is let be."""
    assert too_long(10_000) is None
    said = too_long(10_700)
    assert said is not None
    assert said.startswith("The init takes 10.7 s on one vCPU, and Lambda ends one on demand after 10 s: ")


def test_sizes_are_told_in_one_sentence() -> None:
    """Of one that is too long on demand too, for there it differs by size."""
    assert told(50).startswith("50 ms on demand at every memory size; where environments are provisioned 691 ms at 128")
    assert told(11_000).startswith("on demand 162.0 s at 128 MB, ")
