"""What a model costs to serve, measured with the engine that ships: the time to open it, and of one row."""

import time
from collections.abc import Mapping, Sequence
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from sparely import cold_start
from sparely.bundle import MANIFEST, MODEL
from sparely.engine import EngineError, Session
from sparely.engine.errors import InvalidLibrary, LibraryNotFound
from sparely.handler.tensors import packing, to_tensors
from sparely.manifest import parse_manifest
from sparely_export.features import Instance
from sparely_export.refusals import Refusal

MOST_OPEN_MS = 2_000
MOST_ROW_MS = 250
"""What is allowed unless more is said: Lambda ends an init after 10 s, and has a fraction of a processor for it."""

RUNS = 50
LONGEST_S = 1.0


class Cost(NamedTuple):
    """
    Times in ms of this machine's processor: until the model is open, of one row, and of each of its steps, which count
    in it. What else runs on the machine does not count.
    """

    open_ms: float
    row_ms: float
    steps_ms: Mapping[str, float] = MappingProxyType({})

    def __str__(self) -> str:
        steps = " and ".join(f"{short_time(ms)} for {name}" for name, ms in self.steps_ms.items())
        return (
            f"opens in {short_time(self.open_ms)} and answers one row in {short_time(self.row_ms)} "
            f"with the engine that ships{f', {steps} among it' if steps else ''}"
        )

    @property
    def cold_start(self) -> str:
        """What it adds to a cold start on Lambda, by memory size; more where the init would not be let be."""
        added = f"adds to a cold start, as a zip or an image, {cold_start.told(self.open_ms)}"
        return ". ".join(part for part in (added, cold_start.too_long(self.open_ms)) if part)


class NotOpened(Refusal):
    """The engine that ships does not take the model."""

    def __init__(self, model: str, error: EngineError) -> None:
        super().__init__(f"{model}: the engine that ships does not open it ({error}). Nothing was written.")


class TooSlow(Refusal):
    """The model could not start, or not answer in time."""

    def __init__(self, model: str, cost: Cost, *, open_ms: float, row_ms: float) -> None:
        slow = cost.open_ms > open_ms
        option, measured = ("--most-open-ms", cost.open_ms) if slow else ("--most-row-ms", cost.row_ms)
        reason = (
            "Lambda ends a start that takes 10 s, on a fraction of this machine's processor"
            if slow
            else "every request waits for it, and Lambda bills the time"
        )
        super().__init__(
            f"{model} {cost}; {short_time(open_ms if slow else row_ms)} {'to open it' if slow else 'a row'} are "
            f"allowed, for {reason}. Nothing was written. {_advice(cost, slow_to_open=slow)} "
            f"{option} {measured * 2:.0f} takes it as it is."
        )


def _advice(cost: Cost, *, slow_to_open: bool) -> str:
    if not slow_to_open and sum(cost.steps_ms.values()) > cost.row_ms / 2:
        return "What is the same for every row belongs to the top of steps.py, a look-up into @service.before;"
    return "Fewer trees, fewer rows that it keeps or a simpler model cost less;"


def measure(
    files: Mapping[str, bytes], rows: Sequence[Instance], steps_ms: Mapping[str, float] = MappingProxyType({})
) -> Cost | None:
    """
    Open the model and ask it one row, several times; None where the engine's library is not installed here.

    Args:
        files: model.onnx and manifest.json by name.
        rows: rows as the estimator takes them, of which the first is asked.
        steps_ms: the time that each of its own steps takes for a row, by name.

    Raises:
        NotOpened: the engine does not take it.
    """
    manifest = parse_manifest(files[MANIFEST])
    names = tuple(feature.name for feature in manifest.prepared)
    started = time.process_time()
    try:
        session = Session(files[MODEL])
    except (LibraryNotFound, InvalidLibrary):
        return None
    except EngineError as error:
        raise NotOpened(manifest.path, error) from error
    open_ms = (time.process_time() - started) * 1000
    with session:
        form = packing(manifest, names)
        times: list[float] = []
        row = [rows[0].get(name) for name in names]
        while not times or (len(times) < RUNS and sum(times) < LONGEST_S):
            started = time.process_time()
            session.run(to_tensors([row], form))
            times.append(time.process_time() - started)
    return Cost(open_ms, median(times) * 1000 + sum(steps_ms.values()), steps_ms)


def check_cost(
    model: str,
    files: Mapping[str, bytes],
    rows: Sequence[Instance],
    *,
    open_ms: float,
    row_ms: float,
    steps_ms: Mapping[str, float] = MappingProxyType({}),
) -> Cost | None:
    """
    Measure, twice where the first time is too long.

    Raises:
        TooSlow: both are.
    """
    cost = measure(files, rows, steps_ms)
    if cost is not None and (cost.open_ms > open_ms or cost.row_ms > row_ms):
        again = measure(files, rows, steps_ms)
        assert again is not None
        cost = Cost(min(cost.open_ms, again.open_ms), min(cost.row_ms, again.row_ms), steps_ms)
        if cost.open_ms > open_ms or cost.row_ms > row_ms:
            raise TooSlow(model, cost, open_ms=open_ms, row_ms=row_ms)
    return cost


def short_time(ms: float) -> str:
    """Seconds from one on."""
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.2g} ms" if ms < 100 else f"{ms:.0f} ms"
