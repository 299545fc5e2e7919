"""Where the parts of `sparely run` are put together and kept until somebody stops them."""

import asyncio
import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.endings import ending_signals
from sparely_toolkit.local import template
from sparely_toolkit.local.console import Console
from sparely_toolkit.local.reload import Copies, Reloader, Source
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.service import FIRST_VERSION, LocalService, Options
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.problems import Problem


class CannotListen(Problem):
    """The port is taken, or the address is not this machine's."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        # asyncio puts its own words around the system's, and has no number for an address that none of its sockets has.
        if error.errno is None or isinstance(error, socket.gaierror):
            reason = error.strerror or "it is no address of this machine"
            mend = "--host names one, such as 127.0.0.1, or 0.0.0.0 for all of them"
        else:
            reason = os.strerror(error.errno)
            mend = "--port names another port, and 0 a free one (make run PORT=3001)"
        super().__init__(f"Cannot listen on {host}:{port}: {reason}; {mend}.")


@dataclass(frozen=True, slots=True)
class SecondVersion:
    """
    Another version beside the one that is served.

    Attributes:
        path: a built template, or the folder of an artifact.
        weight: its share of requests, from 0 to 1.
    """

    path: Path
    weight: float


def serve(
    deployment: Deployment,
    options: Options,
    *,
    second: SecondVersion | None = None,
    source: Source | None = None,
    quiet: bool = False,
) -> None:
    """
    Serve until SIGINT, SIGTERM or SIGHUP.

    Args:
        source: is watched, built and served anew; without it the deployment stays as it is.
        quiet: print failures only.

    Raises:
        Problem: it cannot be served here.
    """
    asyncio.run(_serve(deployment, options, second, source, Log(quiet=quiet)))


async def _serve(
    deployment: Deployment,
    options: Options,
    second: SecondVersion | None,
    source: Source | None,
    log: Log,
) -> None:
    with contextlib.closing(Copies()) as copies:
        service = LocalService(deployment if source is None else copies.copy(deployment), options, log)
        await _start(service, second)
        watching = None if source is None else asyncio.create_task(Reloader(service, source, copies).run())
        await _until_stopped(service)
        if watching is not None:
            watching.cancel()
        await _stop(service)


async def _start(service: LocalService, second: SecondVersion | None) -> None:
    try:
        await service.start(Console(service).answer)
    except OSError as error:
        raise CannotListen(service.options.host, service.options.port, error) from None
    if second is not None:
        await _add(service, second)
    _introduce(service)


async def _add(service: LocalService, second: SecondVersion) -> None:
    try:
        version = service.versions.publish(template.read_version(second.path, service.deployment))
    except Problem:
        await service.stop()
        raise
    service.alias.route({FIRST_VERSION: 1 - second.weight, version: second.weight})


async def _until_stopped(service: LocalService) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in ending_signals():
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    service.log.say("Stopping: requests in flight finish first; once more to stop at once.")


async def _stop(service: LocalService) -> None:
    """Drain; a second signal ends what still runs."""
    impatient = asyncio.Event()
    for number in ending_signals():
        asyncio.get_running_loop().add_signal_handler(number, impatient.set)
    stopping = asyncio.create_task(service.stop())
    hurry = asyncio.create_task(impatient.wait())
    await asyncio.wait([stopping, hurry], return_when=asyncio.FIRST_COMPLETED)
    if not stopping.done():
        await service.versions.stop()
    hurry.cancel()
    await stopping
    concurrency = service.host.concurrency
    if concurrency.refused:
        service.log.say(f"Throttled in all: {concurrency.refused} requests, as {concurrency.limit} were running.")


def _introduce(service: LocalService) -> None:
    for notice in service.notices:
        service.log.say(notice)
    function = service.deployment.function
    service.log.say(f"Serving {service.deployment.stack_name}/{function.logical_id} on {service.url}")
    service.log.say(f"Pages: {service.url}/ is what happens here, {service.url}/docs the API to try out")
    for route in service.gateway.table.routes:
        if not route.refuses:
            service.log.say(f"  {route.method:<6} {route.path}")
