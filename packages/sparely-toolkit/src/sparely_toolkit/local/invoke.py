"""One event through one execution environment, without an API in front: what `sparely invoke` does."""

from collections.abc import Sequence

from sparely_toolkit.local import request, sandbox
from sparely_toolkit.local.host import hosting
from sparely_toolkit.local.invocation import Outcome
from sparely_toolkit.local.memory import How
from sparely_toolkit.local.pool import Pool
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.settings import FunctionSettings

_VERSION = "$LATEST"
_IDLE_S = 600.0


async def invoke(
    function: FunctionSettings, event: bytes, log: Log, *, memory: How = "auto", offered: Sequence[str] = ()
) -> Outcome:
    """
    Run one event to its end; the environment starts for it and ends after it.

    Args:
        event: JSON in UTF-8.
        offered: installed packages that the function sees beside AWS' runtime client.

    Raises:
        Problem: the function cannot be run here.
    """
    with hosting(log, concurrency=1, idle_s=_IDLE_S, memory=memory, offered=offered) as host:
        pool = Pool(function, sandbox.prepare(function, _VERSION, host.client), version=_VERSION, host=host)
        pool.start()
        try:
            trace_id = request.new_trace_id(request.now())
            return await pool.invoke(event, invoked_arn=function.arn, trace_id=trace_id)
        finally:
            await pool.stop()
