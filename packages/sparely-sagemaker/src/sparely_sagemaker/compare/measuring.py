"""One turn of one architecture: a constant load, for times and processor, then steps until it breaks."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.compare.contestants import CONTESTANTS, Contestant, serving
from sparely_sagemaker.compare.processor import apart, used
from sparely_toolkit.loadtest import generator, invocations, measurements
from sparely_toolkit.loadtest.generator import RunSettings, Statistics
from sparely_toolkit.loadtest.measurements import Limits
from sparely_toolkit.loadtest.shapes import Shape, Stage
from sparely_toolkit.local.serving import LocalServer

STEPS = (50.0, 100.0, 200.0, 300.0, 400.0, 500.0)
LIMITS = Limits()
SETTLE_S, IDLE_S = 30.0, 0.1
WARM_S = 5.0
"""At half the highest step: long enough for the execution environments to have come up, which is not compared here."""


@dataclass(frozen=True, slots=True)
class Load:
    """
    The load that all get.

    Args:
        rate: of the constant part, in requests a second.
        steps: rates of the stages, rising.
    """

    rate: float
    seconds: float
    steps: tuple[float, ...]
    step_seconds: float


@dataclass(frozen=True, slots=True)
class Turn:
    """
    What one turn showed.

    Attributes:
        breaking_point: highest step that held, in requests a second; 0 where the first did not.
        function_ms, container_ms: processor time of a request in ms.
        billed_ms: median billed duration of a warm invocation of the function, 0 where there is none.
        init_ms: median init of the function's execution environments.
    """

    requests: int
    failed_percent: float
    p50_ms: float
    p95_ms: float
    breaking_point: float
    function_ms: float
    container_ms: float
    billed_ms: float
    init_ms: float


def measure(add_on: AddOn, load: Load, rounds: int, tell: Callable[[str], None]) -> dict[str, list[Turn]]:
    """
    Give every architecture a turn in each round, in an order that turns by one.

    Args:
        tell: takes a line after each turn.

    Raises:
        NotLinux: this machine keeps no process on a processor.
    """
    turns: dict[str, list[Turn]] = {contestant.key: [] for contestant in CONTESTANTS}
    for number in range(rounds):
        first = number % len(CONTESTANTS)
        for contestant in (*CONTESTANTS[first:], *CONTESTANTS[:first]):
            turn = _turn(contestant, load, add_on)
            turns[contestant.key].append(turn)
            tell(
                f"round {number + 1} of {rounds}: {contestant.key} holds {turn.breaking_point:g}/s, "
                f"p95 {turn.p95_ms:g} ms, {turn.function_ms + turn.container_ms:.2f} ms of processor"
            )
    return turns


def _turn(contestant: Contestant, load: Load, add_on: AddOn) -> Turn:
    log = add_on.comparison / f"{contestant.key}.log"
    with serving(contestant, add_on.project, log) as served, apart(served.pid):
        _generate("warm", (Stage(WARM_S, max(load.steps) / 2),), served, add_on)
        _settle(served.pid)
        before, lines = used(served.pid), len(log.read_text(encoding="utf-8"))
        constant = _generate("constant", (Stage(load.seconds, load.rate),), served, add_on).total
        spent = used(served.pid) - before
        warm = invocations.read(log.read_text(encoding="utf-8")[lines:])
        shape = Shape("steps", tuple(Stage(load.step_seconds, rate) for rate in load.steps))
        run = _generate("steps", shape.stages, served, add_on)
    breaking = measurements.breaking_point(measurements.steps(run.samples, shape), LIMITS)
    inits = sorted(invocations.read(log.read_text(encoding="utf-8")).inits_ms)
    requests = max(1, constant.requests)
    durations = warm.durations_ms
    return Turn(
        requests=run.total.requests,
        failed_percent=run.total.failed_percent,
        p50_ms=constant.p50_ms,
        p95_ms=constant.p95_ms,
        breaking_point=breaking.offered if breaking else 0.0,
        function_ms=1000 * spent.functions_s / requests,
        container_ms=1000 * spent.containers_s / requests,
        billed_ms=median(durations) + 0.5 if durations else 0.0,
        init_ms=inits[len(inits) // 2] if inits else 0.0,
    )


def _settle(gateway: int) -> None:
    """Wait until no execution environment is starting any more: on one core those of a burst take their time."""
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        before = used(gateway)
        time.sleep(1)
        spent = used(gateway) - before
        if spent.functions_s + spent.containers_s < IDLE_S:
            return


def _generate(name: str, stages: tuple[Stage, ...], served: LocalServer, add_on: AddOn) -> measurements.Run:
    statistics = Statistics(add_on.comparison / name)
    for path in add_on.comparison.glob(f"{name}_*"):
        path.unlink()
    project = add_on.project
    settings = RunSettings(
        Shape(name, stages), project.models, project.traffic, "none", statistics.distribution, seed=1
    )
    generator.generate(settings, served.url, statistics, locustfile=project.locustfile)
    return measurements.read(statistics)
