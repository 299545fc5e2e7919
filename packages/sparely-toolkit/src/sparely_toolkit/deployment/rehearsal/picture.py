"""A rehearsal as one SVG and as a page: traffic, failures and what alarms look at, by the minute, with thresholds."""

import textwrap
from collections.abc import Sequence

from sparely_toolkit.deployment.rehearsal.alarms import Alarm
from sparely_toolkit.deployment.rehearsal.outcome import Event, Outcome
from sparely_toolkit.loadtest.page import Figures, Notes, Picture, Report, Section, Text
from sparely_toolkit.pictures import drawing, style
from sparely_toolkit.pictures.bars import below, words
from sparely_toolkit.pictures.lines import Level, Line, Moment, Panel, panels
from sparely_toolkit.pictures.parts import Axis, Spec

LETTERS = 58
"""Of a line of text in the picture."""
HEIGHT = 64
NOTHING = "Nothing happened."


def draw(outcome: Outcome, title: str, alarms: Sequence[Alarm] = ()) -> str:
    """Give the SVG's text; it needs nothing beside it to be understood."""
    return drawing.to_svg(_spec(outcome, title, alarms), title=f"{title}: {outcome.summary()}")


def page(outcome: Outcome, title: str, alarms: Sequence[Alarm] = ()) -> Report:
    """The same as a page, where a minute tells its figures to the pointer."""
    named = [("ended", outcome.ending), ("requests", f"{outcome.requests:,}"), ("failed", f"{outcome.failed:,}")]
    went = Section(outcome.rollout, [Figures(named), Text(outcome.summary())])
    told = Notes([_said(number, event) for number, event in enumerate(outcome.events, 1)] or [NOTHING])
    minutes = [Picture(_by_minute(outcome, alarms), "A minute tells its figures to the pointer.")]
    return Report(
        f"Rehearsal: {title}",
        [went, *([Section("By the minute", minutes)] if outcome.minutes else []), Section("What happened", [told])],
    )


def _by_minute(outcome: Outcome, alarms: Sequence[Alarm]) -> Spec:
    moments = [Moment(event.minute, f"{number}", event.what) for number, event in enumerate(outcome.events, 1)]
    return panels(_panels(outcome, alarms), Axis("minutes; what happened at the numbers stands below"), _apart(moments))


def _spec(outcome: Outcome, title: str, alarms: Sequence[Alarm]) -> Spec:
    lines = textwrap.wrap(f"{outcome.rollout}, {outcome.summary()}", LETTERS)
    head = {"text": textwrap.wrap(title, 44), "subtitle": lines, "fontSize": 16, "offset": 22, "frame": "bounds"}
    told = [line for number, event in enumerate(outcome.events, 1) for line in _told(number, event)]
    parts = [words(told or [NOTHING])]
    if outcome.minutes:
        parts.insert(0, _by_minute(outcome, alarms))
    return {**below(parts), "title": head}


def _panels(outcome: Outcome, alarms: Sequence[Alarm]) -> list[Panel]:
    minutes = list(enumerate(outcome.minutes))
    share = Line("new version", [(at, 100 * each.share) for at, each in minutes])
    requests = Line("requests", [(at, float(each.requests)) for at, each in minutes])
    failed = Line("failed", [(at, float(each.errors + each.new_server_faults)) for at, each in minutes])
    p99 = Line("p99", [(at, each.new_p99_ms) for at, each in minutes])
    drawn = [
        Panel(Axis("traffic of the new version, %"), [share], bars=True, height=HEIGHT),
        Panel(Axis("requests a minute"), [requests], bars=True, height=HEIGHT),
        Panel(Axis("failed a minute"), [failed], bars=True, height=HEIGHT, colour=style.BAD),
        Panel(Axis("p99 of the new version, ms"), [p99], bars=True, height=HEIGHT),
    ]
    return [*drawn, *(_of_alarm(alarm, outcome) for alarm in alarms)]


def _of_alarm(alarm: Alarm, outcome: Outcome) -> Panel:
    """What one alarm looks at; nothing in minutes that it has no figure of."""
    seen = Line(alarm.name, [(at, alarm.metric(each)) for at, each in enumerate(outcome.minutes)])
    level = Level(f"rings above {alarm.threshold:g} in {alarm.datapoints} of {alarm.periods} minutes", alarm.threshold)
    return Panel(Axis(alarm.name), [seen], [level], bars=True, height=HEIGHT)


def _told(number: int, event: Event) -> list[str]:
    return textwrap.wrap(_said(number, event), LETTERS, subsequent_indent="    ")


def _said(number: int, event: Event) -> str:
    return f"{number}: minute {event.minute:.1f}, {event.what}"


def _apart(moments: Sequence[Moment]) -> list[Moment]:
    """Numbers of what happened at nearly one moment stand in one mark."""
    apart: list[Moment] = []
    for moment in moments:
        if apart and moment.x - apart[-1].x < _NEAR:
            last = apart.pop()
            moment = Moment(last.x, f"{last.mark.split('-')[0]}-{moment.mark}", f"{last.what}; {moment.what}")
        apart.append(moment)
    return apart


_NEAR = 0.6
"""Minutes within which two marks would stand on one another."""
