"""An export as a process of its own: it has an end, and what kills it becomes a sentence."""

import contextlib
import os
import selectors
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator

from sparely_export.options import Options
from sparely_export.precision import Progress
from sparely_export.refusals import NO
from sparely_export.time_limit import TooLong

INTERRUPTED = 130

Work = Callable[[Options, Progress], int]


def run(work: Work, options: Options) -> int:
    """
    Do the work in a forked process and wait for it, at most the seconds that the options allow.

    Where processes cannot be forked safely it is done here, and has no end but its own.

    Returns:
        Its exit code; 1 with a sentence on stderr where it took too long or was killed.
    """
    if sys.platform != "linux":
        return work(options, shown(options))
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numpy's idle threads, which end themselves before a fork
        child = os.fork()
    if child == 0:
        os.close(reading)
        os._exit(_work(work, options, writing))
    os.close(writing)
    with _ending(child):
        return _watch(child, reading, options)


def shown(options: Options) -> Progress:
    """Tell each step on stderr."""
    return lambda step: print(f"{options.path}: {step} ...", file=sys.stderr, flush=True)


def _work(work: Work, options: Options, writing: int) -> int:
    tell = shown(options)

    def progress(step: str) -> None:
        tell(step)
        os.write(writing, f"{step}\n".encode())

    try:
        code = work(options, progress)
    except KeyboardInterrupt:
        code = INTERRUPTED
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _kill(child: int) -> None:
    if sys.platform != "win32":
        os.kill(child, signal.SIGKILL)


@contextlib.contextmanager
def _ending(child: int) -> Iterator[None]:
    """End the child with this process, whether it is interrupted or terminated."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(ProcessLookupError):
            _kill(child)
        sys.exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _watch(child: int, reading: int, options: Options) -> int:
    step, end = "start", time.monotonic() + options.most_seconds
    with selectors.DefaultSelector() as selector, open(reading, "rb", buffering=0) as pipe:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(max(end - time.monotonic(), 0)):
                _kill(child)
                os.waitpid(child, 0)
                return _fails(str(TooLong(options.path, options.most_seconds, step)))
            told = pipe.read(4096)
            if not told:
                break
            step = told.decode(errors="replace").strip().splitlines()[-1]
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        name = signal.Signals(-code).name
        return _fails(
            f'{options.path}: the process was ended by {name} at the step "{step}"'
            f"{', for which memory may not have been enough' if name == 'SIGKILL' else ''}. Nothing was written. Leave "
            "out steps until it passes, to find the one that the engine does not survive."
        )
    return code


def _fails(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return NO
