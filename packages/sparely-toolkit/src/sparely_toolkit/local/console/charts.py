"""The status page's chart: its specification, and the script that draws it, made once by a process of its own."""

import asyncio
import sys

from sparely_toolkit.local.figures import HISTORY_S
from sparely_toolkit.local.responses import HttpResponse
from sparely_toolkit.pictures.lines import Line, Panel, panels
from sparely_toolkit.pictures.parts import Axis, Spec

_TYPE = ("content-type", "text/javascript; charset=utf-8")
_MAKE = "from sparely_toolkit.pictures import drawing; print(drawing.library())"
_made: list[bytes] = []


def live_chart() -> Spec:
    """Requests and their mean time over the last minutes; the page fills it with what the service has kept."""
    span = (-float(HISTORY_S), 0.0)
    return panels(
        [
            Panel(
                Axis("requests a second"), [_nothing("answered", span), _nothing("failed of these", span)], height=120
            ),
            Panel(Axis("mean time, ms"), [_nothing("mean", span)], height=80),
        ],
        Axis("seconds from now"),
    )


def _nothing(name: str, span: tuple[float, float]) -> Line:
    return Line(name, [(at, None) for at in span])


async def chart_script() -> HttpResponse:
    """
    Give what draws: making it takes seconds, in which a service in this process would answer nobody.

    Another process makes it, once for all services of this one.
    """
    if not _made:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _MAKE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            written, _ = await process.communicate()
        finally:
            if process.returncode is None:  # the service ends meanwhile
                process.kill()
        if process.returncode != 0:
            return HttpResponse(503, (("content-type", "text/plain"),), b"The chart's script cannot be made here.\n")
        _made.append(written)
    return HttpResponse(200, (_TYPE, ("cache-control", "no-store")), _made[0])
