"""The report of a run: the story's table, the steps, and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sparely_toolkit.loadtest.answers import FAILED_OR_THROTTLED, THROTTLED
from sparely_toolkit.loadtest.invocations import Invocations
from sparely_toolkit.loadtest.measurements import Limits, Run, Step, Totals
from sparely_toolkit.loadtest.page import Figures, Notes, Picture, Report, Section, Table, Text
from sparely_toolkit.loadtest.shapes import TABLES, Shape, shape
from sparely_toolkit.pictures.bars import columns, number_text
from sparely_toolkit.pictures.lines import Line, Panel, panels
from sparely_toolkit.pictures.parts import Axis

UNCLEAR = (
    "A REST API answers 502 no-answer both where the function failed and where as many requests run as it may take at "
    "once; the function's metrics Throttles and Errors of these minutes tell them apart."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What was put under load.

    Attributes:
        service: its stack.
        package: what ships of it, as the manifest of the built template says: runtime and processor.
        versions: of each model, by its path.
    """

    service: str
    stage: str
    package: str
    memory_mb: int
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """
    All that a report tells.

    Attributes:
        invocations: only where the service's log can be read.
        log: that log's file, for sentences.
        reserves: whether the template has the concurrency, which no option changes.
    """

    asked: Asked
    shape: Shape
    host: str
    when: str
    run: Run
    steps: Sequence[Step]
    breaking: Step | None
    limits: Limits
    invocations: Invocations | None
    breaches: Sequence[str]
    log: str = ""
    reserves: bool = False


def report(facts: Facts) -> Report:
    """Lay a run out."""
    sections = [
        Section("Result", [_result(facts), _verdict(facts)]),
        Section("Course", [_course(facts.run)]),
        Section("Response times", [_distribution(facts.run)]),
        Section("Routes", [_routes(facts.run)]),
        Section("Failures", _failures(facts.run)),
        Section("What was asked", _asked(facts)),
    ]
    if len(facts.steps) > 1:
        sections.insert(1, Section("Steps", [_steps(facts)]))
    if facts.invocations:
        sections.append(Section("Inside the function", [_inside(facts.invocations)]))
    sections.append(Section("How to read this", [_reading(facts)]))
    return Report(f"Load test of {facts.asked.service}: {facts.shape.name}", sections)


def _asked(facts: Facts) -> list[Figures | Table]:
    asked = facts.asked
    figures = [
        ("Service", asked.service),
        ("Stage", asked.stage),
        ("Memory MB", f"{asked.memory_mb}"),
        ("Package", asked.package),
        ("Where", facts.host),
        ("When", facts.when),
    ]
    return [Figures(figures), Table(["Model", "Version"], [[*each] for each in asked.versions.items()])]


def _result(facts: Facts) -> Figures:
    total = facts.run.total
    return Figures(
        [
            ("Requests a second", f"{total.rate:.2f}"),
            ("Total", f"{total.requests:,}"),
            ("Failed %", f"{total.failed_percent:.2f}"),
            ("Failed", f"{total.failures:,}"),
            ("Breaking point", _breaking(facts)),
            ("p50 ms", f"{total.p50_ms:g}"),
            ("p95 ms", f"{total.p95_ms:g}"),
            ("p99 ms", f"{total.p99_ms:g}"),
            ("Cold starts", str(facts.invocations.cold_starts) if facts.invocations else "in the function's log"),
            ("Throttled", _throttled(facts.run)),
        ]
    )


def _throttled(run: Run) -> str:
    """How many; from and to, where an answer does not tell a throttled request from a failed function."""
    known, unclear = run.failures.get(THROTTLED, 0), run.failures.get(FAILED_OR_THROTTLED, 0)
    return f"{known:,} to {known + unclear:,}" if unclear else f"{known:,}"


def _breaking(facts: Facts) -> str:
    if facts.breaking is None:
        return f"below {min(step.offered for step in facts.steps):g}/s" if facts.steps else "unknown"
    above = facts.breaking.offered >= max(step.offered for step in facts.steps)
    return f"{'above ' if above else ''}{facts.breaking.offered:g}/s"


def _verdict(facts: Facts) -> Text | Notes:
    if facts.breaches:
        return Notes([*(f"Not kept: {breach}" for breach in facts.breaches), *filter(None, [crowding(facts)])])
    return Text("All thresholds are kept.")


def _steps(facts: Facts) -> Table:
    rows = [
        [
            f"{step.offered:g}",
            f"{step.answered:.1f}",
            f"{step.failed_percent:.2f}",
            f"{step.p95_ms:g}",
            "yes" if facts.limits.hold(step) else "no",
        ]
        for step in facts.steps
    ]
    return Table(["Offered a second", "Answered a second", "Failed %", "p95 ms", "Holds"], rows)


def _course(run: Run) -> Picture:
    """Answers, response times and users over the same seconds."""
    pairs = [(a, b) for a, b in pairwise(run.samples) if b.second > a.second]
    answered = [(b.second, (b.requests - a.requests) / (b.second - a.second)) for a, b in pairs]
    failed = [(b.second, (b.failures - a.failures) / (b.second - a.second)) for a, b in pairs]
    p95 = [(float(sample.second), sample.p95_ms) for sample in run.samples if sample.p95_ms is not None]
    users = [(float(sample.second), float(sample.users)) for sample in run.samples]
    chart = panels(
        [
            Panel(Axis("requests a second"), [Line("answered", answered), Line("failed of these", failed)]),
            Panel(Axis("p95, ms"), [Line("p95", p95)]),
            Panel(Axis("users"), [Line("users", users)], height=90),
        ],
        Axis("seconds"),
    )
    return Picture(chart, "Answers and failures a second, the 95th percentile of the last five seconds, and who asked.")


def _distribution(run: Run) -> Picture:
    edges = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000, 10000, 30000]
    counts: dict[int, int] = {}
    for ms, count in run.distribution.items():
        edge = next((edge for edge in edges if ms <= edge), edges[-1])
        counts[edge] = counts.get(edge, 0) + count
    shown = [edge for edge in edges if counts and min(counts) <= edge <= max(counts)]
    chart = columns(
        [(number_text(edge), float(counts.get(edge, 0))) for edge in shown], Axis("up to ms"), Axis("answers")
    )
    return Picture(chart, "How many answers took up to so many ms; the classes widen to the right.")


def _routes(run: Run) -> Table:
    def row(totals: Totals) -> list[str]:
        times = [f"{totals.p50_ms:g}", f"{totals.p95_ms:g}", f"{totals.p99_ms:g}"]
        return [totals.name, f"{totals.requests:,}", f"{totals.failed_percent:.2f}", *times]

    return Table(["Route", "Total", "Failed %", "p50 ms", "p95 ms", "p99 ms"], [row(each) for each in run.routes])


def _failures(run: Run) -> list[Table | Picture | Text]:
    if not run.failures:
        return [Text("None.")]
    kinds = sorted(run.failures.items(), key=lambda item: -item[1])
    picture = columns([(kind, float(count)) for kind, count in kinds], Axis(""), Axis("failures"))
    share = [[kind, f"{count:,}", f"{100 * count / run.total.requests:.2f}"] for kind, count in kinds]
    return [Table(["Kind", "Count", "% of all"], share), Picture(picture, "Failures by kind.")]


def _inside(invocations: Invocations) -> Table:
    ordered = sorted(invocations.durations_ms) or [0.0]

    def at(share: float) -> str:
        return f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.2f}"

    inits = sorted(invocations.inits_ms) or [0.0]
    head = ["Invocations", "p50 ms", "p95 ms", "p99 ms", "Billed s", "Init p50 ms", "Peak memory MB"]
    billed = f"{invocations.billed_ms / 1000:.1f}"
    figures = [at(0.5), at(0.95), at(0.99), billed, f"{inits[len(inits) // 2]:.0f}", str(invocations.peak_memory_mb)]
    return Table(head, [[f"{len(invocations.durations_ms):,}", *figures]])


def haste(facts: Facts) -> str:
    """Why a run that was shorter or harder than its shape breaks thresholds more easily; otherwise nothing."""
    run = facts.shape
    usual = shape(run.name) if run.name in TABLES else run
    if run.seconds >= usual.seconds and run.peak <= usual.peak:
        return ""
    return (
        f"This run of {run.seconds:g} s at up to {run.peak:g} requests a second was harder than the "
        f"{usual.seconds:g} s at up to {usual.peak:g} that the thresholds are for; starts of environments weigh more "
        "in it."
    )


def crowding(facts: Facts) -> str:
    """Why requests were throttled by the server that ran here for the test, and what helps; otherwise nothing."""
    inside = facts.invocations
    if inside is None or not inside.throttled:
        return ""
    several = "requests were" if inside.throttled > 1 else "request was"
    environments = "environments" if inside.running > 1 else "environment"
    more = "a higher ReservedConcurrency" if facts.reserves else f"--concurrency {2 * inside.running}"
    return (
        f"{inside.throttled:,} {several} throttled here while {inside.running} {environments} started or served, which "
        f"is as many as may run at once ({facts.log}): take {more}, a lower --rate, or a machine that starts "
        "environments sooner."
    )


def _reading(facts: Facts) -> Notes:
    limits = facts.limits
    return Notes(
        [
            *filter(None, [haste(facts)]),
            f"{facts.when}, {facts.host}, {facts.shape.seconds:g} s, "
            f"up to {facts.shape.peak:g} requests a second offered.",
            "Response times are at the client and over all answers, failed ones too, as Locust counts them.",
            *([UNCLEAR] if FAILED_OR_THROTTLED in facts.run.failures else []),
            "An answer counts as failed unless its predictions are the golden ones; a status of 200 is not enough.",
            f"A step holds with at most {limits.failed_percent:g} % failures, a p95 of at most {limits.p95_ms:g} ms "
            f"and at least {limits.answered_percent:g} % of the offered requests answered; the breaking point is the "
            "highest step that holds with all below it.",
        ]
    )
