"""Seeds in a process of their own, so that one that hangs or kills it becomes a verdict too."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection

from benchmarks.random_pipelines.trial import Result, tried

MOST_S = 240


def guarded(seeds: Sequence[int], most_s: float = MOST_S, attempt: Callable[[int], Result] = tried) -> Iterator[Result]:
    """Try one pipeline a seed; "no end" after so many seconds, "killed" where the process ends."""
    left = list(seeds)
    while left:
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(target=_work, args=(left, there, attempt), daemon=True)
        process.start()
        there.close()
        try:
            while left:
                if not here.poll(most_s):
                    yield Result(left.pop(0), "no end", "", f"not done after {most_s:.0f} s")
                    break
                result = here.recv()
                left.remove(result.seed)
                yield result
        except EOFError:
            process.join()
            yield Result(left.pop(0), "killed", "", f"the process ended with {process.exitcode}")
        process.kill()
        process.join()


def _work(seeds: Sequence[int], there: "Connection[Result, Result]", attempt: Callable[[int], Result]) -> None:
    for seed in seeds:
        there.send(attempt(seed))
