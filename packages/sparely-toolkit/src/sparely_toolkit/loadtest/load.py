"""One run: put load on the service, and lay out what came."""

import socket
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sparely.bundle import read_bundles
from sparely_toolkit.loadtest import (
    authorization,
    generator,
    instances,
    invocations,
    measurements,
    report,
    shapes,
    thresholds,
)
from sparely_toolkit.loadtest.answers import told_apart
from sparely_toolkit.loadtest.generator import RunSettings, Statistics
from sparely_toolkit.loadtest.page import write_report
from sparely_toolkit.loadtest.report import Asked, Facts, crowding, haste
from sparely_toolkit.loadtest.shapes import Shape
from sparely_toolkit.local.serving import serving
from sparely_toolkit.local.template import read_built
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project


class NotKept(Problem):
    """A threshold was broken."""

    exit_code = ExitCode.NO

    def __init__(self, facts: Facts) -> None:
        super().__init__(" ".join(["Not kept:", *facts.breaches, *filter(None, [crowding(facts), haste(facts)])]))


class NobodyThere(Problem):
    """The host that load is meant for takes no connection."""

    def __init__(self, host: str, error: OSError) -> None:
        super().__init__(f"{host} takes no connection ({error.strerror or error}); --host names a service that runs.")


class NoAddress(Problem):
    """What `--host` names is no address of a service."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, host: str) -> None:
        super().__init__(f'--host is "{host}"; expected an address such as https://api.example.com/v1.')


class NothingAsked(Problem):
    """A run ended before anybody had asked, so that it shows nothing."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, shape: Shape) -> None:
        super().__init__(
            f"Nothing was answered in {shape.seconds:g} s at up to {shape.peak:g} requests a second, so there is "
            "nothing to judge: take a smaller --pace or a higher --rate."
        )


class TooFewOffered(Problem):
    """The run could not show what its threshold wants."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, shape: Shape, file: Path, limit: float) -> None:
        super().__init__(
            f"{file.name} wants {limit:g} requests a second of {shape.name} to hold, and it would offer at most "
            f"{shape.peak:g}: take a --rate of {limit:g} or more, or another file by --thresholds."
        )


CONNECTS_WITHIN_S = 5


@dataclass(frozen=True, slots=True)
class Load:
    """
    What is put on the service.

    Attributes:
        shape: the name of one of `shapes.TABLES`.
        host: URL of the service; None serves the built package here for the time of the test.
        workers: processes of Locust's distributed mode.
        rate: peak in requests a second, instead of the shape's own.
        pace: 2 runs every stage in half its time.
        concurrency: invocations at once of the local service.
        template: a built template, instead of the service's.
        seed: draws the same requests at the same moments again.
        locust: further options for Locust.
    """

    shape: str
    stage: str
    output: Path
    models: Path
    thresholds: Path
    host: str | None = None
    workers: int = 0
    rate: float | None = None
    pace: float = 1.0
    concurrency: int = 10
    template: Path | None = None
    seed: int | None = None
    locust: tuple[str, ...] = ()


def run_load(project: Project, load: Load) -> None:
    """
    Run a load test, write its report and print it.

    Raises:
        NotKept: a threshold was broken.
        Problem: there was no run.
    """
    facts = _run(project, load)
    write_report(report.report(facts), load.output / f"load-{facts.shape.name}")
    if facts.breaches:
        raise NotKept(facts)


def _run(project: Project, load: Load) -> Facts:
    shape = shapes.shape(load.shape, rate=load.rate, pace=load.pace)
    gate = thresholds.read(load.thresholds)
    if shape.peak < (limit := gate.breaking_point(shape.name)):
        raise TooFewOffered(shape, load.thresholds, limit)
    for name in instances.passed_over(load.models, project.traffic):
        print(f"{project.traffic.name} names {name}, which the service does not have; it is passed over.", flush=True)
    load.output.mkdir(parents=True, exist_ok=True)
    statistics = Statistics(load.output / f"load-{shape.name}")
    deployment = read_built(project, load.stage, template=load.template)
    settings = RunSettings(
        shape=shape,
        models=load.models,
        weights=project.traffic,
        # What is served here for the run lets everybody in, and signing would take the processor's time.
        authorization=authorization.kind(deployment.api.body) if load.host else "none",
        distribution=statistics.distribution,
        seed=load.seed,
        region=deployment.function.region,
    )
    log = load.output / f"load-{shape.name}-api.log"
    with ExitStack() as stack:
        host = load.host or _serve(stack, project, load, log)
        authorization.headers(settings.authorization, host, settings.region)
        if load.host:
            require_listener(load.host)
        print(f"{shape.name}: {shape.seconds:g} s, up to {shape.peak:g} requests a second, on {host}", flush=True)
        generator.generate(
            settings, host, statistics, locustfile=project.locustfile, workers=load.workers, options=load.locust
        )
    run = measurements.read(statistics)
    inside = None if load.host else invocations.read(log.read_text(encoding="utf-8"))
    if inside is not None:
        run = replace(run, failures=told_apart(run.failures, inside.throttled))
    if not run.total.requests:
        raise NothingAsked(shape)
    steps = measurements.steps(run.samples, shape)
    breaking = measurements.breaking_point(steps, gate.limits)
    function = deployment.function
    return Facts(
        asked=Asked(
            service=deployment.stack_name,
            stage=load.stage,
            package=f"{function.runtime}, {function.architecture}",
            memory_mb=function.memory_mb,
            versions={bundle.path: bundle.manifest.version for bundle in read_bundles(load.models)},
        ),
        shape=shape,
        host=load.host or "this machine (sparely run)",
        when=f"{datetime.now():%Y-%m-%d %H:%M}",
        run=run,
        steps=steps,
        breaking=breaking,
        limits=gate.limits,
        invocations=inside,
        breaches=[str(breach) for breach in gate.breaches(shape.name, run.total, breaking)],
        log=str(log.relative_to(project.root) if log.is_relative_to(project.root) else log),
        reserves=function.reserved_concurrency is not None,
    )


def require_listener(host: str) -> None:
    """
    Look whether somebody listens, before half a minute of load finds out.

    Raises:
        NoAddress: it is no http or https address.
        NobodyThere: no connection is made within `CONNECTS_WITHIN_S`.
    """
    try:
        address = urlsplit(host)
        port = address.port or {"http": 80, "https": 443}[address.scheme]
    except (KeyError, ValueError):
        raise NoAddress(host) from None
    if not address.hostname:
        raise NoAddress(host)
    try:
        socket.create_connection((address.hostname, port), timeout=CONNECTS_WITHIN_S).close()
    except OSError as error:
        raise NobodyThere(host, error) from None


def _serve(stack: ExitStack, project: Project, load: Load, log: Path) -> str:
    options = ("--stage", load.stage, "--concurrency", str(load.concurrency), "--no-auth", "--golden")
    template = load.template or project.built_template
    return stack.enter_context(serving(template, log, *options, project=project)).url
