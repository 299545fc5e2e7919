"""Serve the built artifact as API Gateway and Lambda would, until stopped."""

import argparse
import asyncio
import contextlib
import functools
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sparely_toolkit.local import second_version, samconfig, template
from sparely_toolkit.local.access import AccessOptions
from sparely_toolkit.problems import Problem
from sparely_toolkit.local.reload import Copies, Reloader, Source
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.service import FIRST_VERSION, LocalService, Options
from sparely_toolkit.local.template import Deployment


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 after a wanted stop, 1 when there is nothing to serve."""
    given = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(given, functools.partial(_read, given)))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Cannot listen on {given.host}:{given.port}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


def _read(given: argparse.Namespace) -> Deployment:
    configuration = samconfig.read(given.samconfig, given.config_env)
    parameters = {**configuration.parameters, **samconfig.overrides(given.parameter_overrides)}
    return template.read(given.template, replace(configuration, parameters=parameters))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sparely_toolkit.local", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "3000")))
    parser.add_argument("--template", type=Path, default=Path(".aws-sam/build/template.yaml"))
    parser.add_argument("--samconfig", type=Path, default=Path("samconfig.toml"))
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    parser.add_argument(
        "--concurrency", type=int, default=10, help="invocations at once, unless the template reserves some"
    )
    parser.add_argument("--idle-minutes", type=float, default=10.0, help="how long an environment waits for work")
    parser.add_argument(
        "--with",
        dest="second",
        metavar="PATH",
        type=Path,
        help="a second version: a built template, or the folder of an artifact",
    )
    parser.add_argument(
        "--weight", type=_share, default=0.0, help="the second version's share of requests; PUT /-/weights changes it"
    )
    parser.add_argument(
        "--memory-limit",
        choices=["auto", "cgroup", "watch"],
        default="auto",
        help="who keeps MemorySize: the kernel, or this process by looking; auto takes the first that works",
    )
    parser.add_argument("--enforce-auth", action="store_true", help="check SigV4 signatures too")
    parser.add_argument("--no-auth", action="store_true", help="check neither keys nor tokens nor signatures")
    parser.add_argument("--jwks", type=Path, help="public keys of the tokens' issuer, instead of the local one's")
    parser.add_argument("--enforce-throttling", action="store_true", help="keep the request rates of the API's routes")
    parser.add_argument(
        "--parameter-overrides", nargs="+", default=[], metavar="NAME=VALUE", help="as for sam; over samconfig.toml"
    )
    parser.add_argument("--reload", action="store_true", help="build and replace when a file under src/ changes")
    parser.add_argument("--build-command", default="make build", help="what --reload runs")
    parser.add_argument("--quiet", action="store_true", help="print failures only")
    return parser


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 1, got {text}")
    return share


def _options(given: argparse.Namespace) -> Options:
    return Options(
        host=given.host,
        port=given.port,
        concurrency=given.concurrency,
        idle_s=given.idle_minutes * 60,
        memory=given.memory_limit,
        access=AccessOptions(off=given.no_auth, signatures=given.enforce_auth, jwks=given.jwks),
        throttle_routes=given.enforce_throttling,
    )


async def _serve(given: argparse.Namespace, read: Callable[[], Deployment]) -> None:
    with contextlib.ExitStack() as resources:
        deployment = read()
        copies = Copies()
        resources.callback(copies.close)
        if given.reload:
            deployment = copies.copy(deployment)
        service = LocalService(deployment, _options(given), Log(quiet=given.quiet))
        await _start(service, given)
        reloader = Reloader(service, Source(Path(), given.build_command, read), copies)
        watching = asyncio.create_task(reloader.run()) if given.reload else None
        await _until_stopped(service)
        if watching is not None:
            watching.cancel()
        await _stop(service)


async def _start(service: LocalService, given: argparse.Namespace) -> None:
    await service.start()
    if given.second is not None:
        second = service.versions.publish(second_version.function(given.second, service.deployment))
        service.alias.route({FIRST_VERSION: 1 - given.weight, second: given.weight})
    _introduce(service)


async def _until_stopped(service: LocalService) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    service.log.say("Stopping: requests in flight finish first; once more to stop at once.")


async def _stop(service: LocalService) -> None:
    """Drain; a second signal ends what still runs."""
    impatient = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, impatient.set)
    stopping = asyncio.create_task(service.stop())
    hurry = asyncio.create_task(impatient.wait())
    await asyncio.wait([stopping, hurry], return_when=asyncio.FIRST_COMPLETED)
    if not stopping.done():
        await service.versions.stop()
    hurry.cancel()
    await stopping


def _introduce(service: LocalService) -> None:
    for notice in service.notices:
        service.log.say(notice)
    function = service.deployment.function
    service.log.say(f"Serving {service.deployment.stack_name}/{function.logical_id} on {service.url}")
    service.log.say(f"Pages: {service.url}/ is what happens here, {service.url}/docs the API to try out")
    for route in service.gateway.table.routes:
        if not route.refuses:
            service.log.say(f"  {route.method:<6} {route.path}")


if __name__ == "__main__":
    sys.exit(main())
