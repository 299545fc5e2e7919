"""Serve the built artifact as API Gateway and Lambda would, until stopped."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from local import samconfig, template
from local.problems import ServiceProblem
from local.report import Log
from local.service import LocalService, Options


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 after a wanted stop, 1 when there is nothing to serve."""
    given = _parser().parse_args(arguments)
    try:
        configuration = samconfig.read(given.samconfig, given.config_env)
        deployment = template.read(given.template, configuration)
        options = Options(
            host=given.host, port=given.port, concurrency=given.concurrency, idle_s=given.idle_minutes * 60
        )
        asyncio.run(_serve(LocalService(deployment, options, Log(quiet=given.quiet))))
    except ServiceProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Cannot listen on {given.host}:{given.port}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "3000")))
    parser.add_argument("--template", type=Path, default=Path(".aws-sam/build/template.yaml"))
    parser.add_argument("--samconfig", type=Path, default=Path("samconfig.toml"))
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    parser.add_argument(
        "--concurrency", type=int, default=10, help="invocations at once, unless the template reserves some"
    )
    parser.add_argument("--idle-minutes", type=float, default=10.0, help="how long an environment waits for work")
    parser.add_argument("--quiet", action="store_true", help="print failures only")
    return parser


async def _serve(service: LocalService) -> None:
    await service.start()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    _introduce(service)
    await stopped.wait()
    service.log.say("Stopping: requests in flight finish first; once more to stop at once.")
    await _stop(service)


async def _stop(service: LocalService) -> None:
    """Drain; a second signal ends what still runs."""
    impatient = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, impatient.set)
    stopping = asyncio.create_task(service.stop())
    hurry = asyncio.create_task(impatient.wait())
    await asyncio.wait([stopping, hurry], return_when=asyncio.FIRST_COMPLETED)
    if not stopping.done():
        await service.pool.stop()
    hurry.cancel()
    await stopping


def _introduce(service: LocalService) -> None:
    for notice in service.notices:
        service.log.say(notice)
    function = service.deployment.function
    service.log.say(f"Serving {service.deployment.stack_name}/{function.logical_id} on {service.url}")
    for route in service.gateway.table.routes:
        service.log.say(f"  {route.method:<6} {route.path}")


if __name__ == "__main__":
    sys.exit(main())
