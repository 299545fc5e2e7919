"""Signals as a program has them that somebody starts in a terminal."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture
def in_a_terminal() -> Iterator[None]:
    """Programs that a test starts are ended by a terminal that closes, also where nohup started the tests."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
