"""Tables of a model's golden rows."""

import csv
import io
from collections.abc import Mapping

from sparely.bundle import Bundle


def table(bundle: Bundle, count: int, bad: Mapping[int, str] = {}) -> bytes:
    """A CSV of so many rows, golden ones in turns, with lines of a test's own instead of some."""
    names = [*bundle.instances[0]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", *names])
    for number in range(count):
        instance = bundle.instances[number % len(bundle.instances)]
        writer.writerow([number, *(instance.get(name) for name in names)])
    lines = text.getvalue().splitlines()
    for place, line in bad.items():
        lines[place - 1] = line
    return "\n".join([*lines, ""]).encode()
