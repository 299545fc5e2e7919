"""An export as a process: it ends, and what kills it is told."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparely_export import supervised
from sparely_export.options import Options, parse
from sparely_export.precision import Progress

FILES = ["model.joblib", "--data", "rows.csv", "--area", "toys", "--name", "sum", "--models", "models"]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def options(*further: str) -> Options:
    """What a command line asks for."""
    return parse([*FILES, *further])


def work(options: Options, progress: Progress) -> int:
    """Ends with a code of its own."""
    progress("convert")
    return 3


def work_without_end(options: Options, progress: Progress) -> int:
    """Takes longer than it may."""
    progress("read")
    progress("convert")
    time.sleep(60)
    return 0


def work_that_dies(options: Options, progress: Progress) -> int:
    """Does what a library's crash does."""
    progress("compare")
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_exit_code_is_the_works() -> None:
    """And its steps are told."""
    assert supervised.run(work, options()) == 3


def test_export_without_end_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    """The sentence has the step, and the option that gives it more."""
    assert supervised.run(work_without_end, options("--most-seconds", "0.5")) == 1
    assert capfd.readouterr().err.splitlines() == [
        "toys/sum: read ...",
        "toys/sum: convert ...",
        'toys/sum is not done after 0.5 s, at the step "convert". Nothing was written. Give it more with --most-seconds '
        "2, or fit a smaller model: fewer trees, fewer columns, fewer rows that it keeps.",
    ]


def test_crash_of_a_library_is_a_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    """Where the process is killed, the step it was at is told."""
    assert supervised.run(work_that_dies, options()) == 1
    assert capfd.readouterr().err.splitlines()[-1] == (
        'toys/sum: the process was ended by SIGKILL at the step "compare", for which memory may not have been enough. '
        "Nothing was written. Leave out steps until it passes, to find the one that the engine does not survive."
    )


def test_elsewhere_it_runs_in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a fork is not safe."""
    monkeypatch.setattr(sys, "platform", "darwin")
    pids: list[int] = []

    def noted(options: Options, progress: Progress) -> int:
        pids.append(os.getpid())
        return 0

    assert supervised.run(noted, options()) == 0
    assert pids == [os.getpid()]


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe: where it is read, and where it is written."""
    reading, writing = os.pipe()
    yield reading, writing
    for end in (reading, writing):
        with contextlib.suppress(OSError):
            os.close(end)


def test_the_works_process_tells_its_steps(ends: tuple[int, int]) -> None:
    """Each as a line, to the process that waits for it."""
    reading, writing = ends

    assert supervised._work(work, options(), writing) == 3

    assert os.read(reading, 100) == b"convert\n"


def test_interrupted_work_has_the_shells_exit_code(ends: tuple[int, int]) -> None:
    """That of Ctrl+C, without a traceback."""

    def interrupted(options: Options, progress: Progress) -> int:
        raise KeyboardInterrupt

    assert supervised._work(interrupted, options(), ends[1]) == 130


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_work_ends_with_the_process_that_waits_for_it(number: signal.Signals) -> None:
    """However that one is ended."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    before = signal.getsignal(signal.SIGTERM)
    # A shell that runs in the background without job control has its commands ignore the one of Ctrl+C.
    here = signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        with pytest.raises(SystemExit) as caught, supervised._ending(child.pid):
            signal.raise_signal(number)
    finally:
        signal.signal(signal.SIGINT, here)

    assert caught.value.code == 130
    assert child.wait(10) == -signal.SIGKILL
    assert signal.getsignal(signal.SIGTERM) is before
