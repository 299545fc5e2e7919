"""The garbage collector while a service is loaded."""

import gc
from collections.abc import Iterator

import pytest

from sparely.collector import Paused


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if was_enabled else gc.disable)()


def test_nothing_is_searched_inside() -> None:
    """However much is made there."""
    searches: list[str] = []
    gc.callbacks.append(lambda phase, _: searches.append(phase))
    try:
        with Paused():
            kept = [[each] for each in range(50_000)]
    finally:
        gc.callbacks.pop()
    assert (len(kept), searches) == (50_000, [])


def test_it_searches_again_afterwards() -> None:
    """Requests may leave garbage."""
    gc.enable()
    with Paused():
        pass
    assert gc.isenabled()


def test_it_searches_again_after_a_failure() -> None:
    """A model that does not open leaves the collector as it was."""
    gc.enable()
    with pytest.raises(ValueError, match="unreadable"), Paused():
        raise ValueError("unreadable")
    assert gc.isenabled()


def test_who_had_switched_it_off_keeps_it_off() -> None:
    """It is their process."""
    gc.disable()
    with Paused():
        pass
    assert not gc.isenabled()


def test_what_was_made_inside_is_left_out_of_later_searches() -> None:
    """Else the first large requests would pay for what init saved."""
    gc.unfreeze()
    before = gc.get_freeze_count()
    with Paused():
        kept = [[each] for each in range(1_000)]
    assert gc.get_freeze_count() - before >= len(kept)
