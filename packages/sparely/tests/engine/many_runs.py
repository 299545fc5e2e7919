"""Runs sessions many times, failing ones too, and prints resident memory (KiB) early and late."""

import contextlib
import sys
from pathlib import Path

from sparely.engine import ElementType, EngineError, Session, Tensor
from tests.engine import toy_models

# One turn in so many opens sessions; the first part of the turns is warming up.
REOPENED = 20
WARM_SHARE = 5


def resident_kib() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def refused(session: Session, tensor: Tensor) -> None:
    with contextlib.suppress(EngineError):
        session.run({"x": tensor})


def unopened(content: bytes) -> None:
    with contextlib.suppress(EngineError):
        Session(content)


def main(count: int) -> None:
    makers = (toy_models.addition, toy_models.joined_words, toy_models.gather)
    numbers, words, places = (Session(make()) for make in makers)
    named, unfit = toy_models.long_names(), toy_models.sequence_output()
    early = 0
    for number in range(count):
        pair = Tensor(ElementType.FLOAT, (2, 2), [float(number), 0.5, 1.5, 2.5])
        numbers.run({"a": pair, "b": pair})
        text = Tensor(ElementType.STRING, (2,), [f"row {number} " * 20, "ü" if number % 2 else "nul \0"])
        words.run({"a": text, "b": text}, ["loud"] if number % 3 else None)
        refused(places, Tensor(ElementType.INT64, (1,), [7]))
        if number % REOPENED == 0:
            Session(named).close()
            unopened(unfit)
        if number == count // WARM_SHARE:
            early = resident_kib()
    print(early, resident_kib())


if __name__ == "__main__":
    main(int(sys.argv[1]))
