"""The two SageMaker architectures on this machine: endpoint, runtime API and gateway in one event loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aiohttp import web

from sparely_sagemaker import access
from sparely_sagemaker.add_on import AddOn, Architecture, Calls
from sparely_sagemaker.archives import WHOLE
from sparely_sagemaker.mapping import rest_api
from sparely_sagemaker.mapping.gateway import MappingGateway
from sparely_sagemaker.mapping.integration import Endpoint as Integrated
from sparely_sagemaker.runtime.api import RuntimeApi
from sparely_sagemaker.runtime.endpoint import Endpoint, Fleet
from sparely_sagemaker.runtime.faults import InvokeFault
from sparely_toolkit.endings import ending_signals
from sparely_toolkit.local import template
from sparely_toolkit.local.access import AccessOptions
from sparely_toolkit.local.console import Console
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.server import CannotListen
from sparely_toolkit.local.service import LocalService, Options
from sparely_toolkit.samconfig import Stage

ENDPOINT = "local"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Size:
    """How large an endpoint is: instances, worker processes of each, and MB for models of each or None."""

    instances: int = 1
    workers: int = 2
    model_memory_mb: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which architecture, how large, and where it listens; `concurrency` is of the thin function's environments."""

    architecture: Architecture
    port: int
    size: Size = field(default_factory=Size)
    calls: Calls = Calls.AREA
    concurrency: int = 10
    limit_s: float = 60.0


def serve(add_on: AddOn, choice: Choice) -> None:
    """
    Serve until SIGINT, SIGTERM or SIGHUP.

    Raises:
        Problem: it cannot be served here.
    """
    asyncio.run(_serve(add_on, choice))


async def _serve(add_on: AddOn, choice: Choice) -> None:
    stopped = asyncio.Event()
    for number in ending_signals():
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with serving(add_on, choice) as url:
        print(access.sentence(add_on.template(choice.architecture)))
        print(f"The containers write to {add_on.endpoint_log}")
        print(f"Serving {choice.architecture} on {url}", flush=True)
        await stopped.wait()


@contextlib.asynccontextmanager
async def serving(add_on: AddOn, choice: Choice) -> AsyncIterator[str]:
    """
    Give the URL of the architecture's API until the block ends; archives and thin function must be built.

    Raises:
        Problem: it cannot be served here.
    """
    direct = choice.architecture is Architecture.DIRECT
    endpoint = Endpoint(_fleet(add_on, choice), add_on.endpoint_log, limit_s=choice.limit_s)
    await endpoint.start()
    try:
        api = RuntimeApi({ENDPOINT: endpoint})
        async with _mapped(api, add_on, choice) if direct else _thin(api, add_on, choice) as url:
            yield url
    finally:
        await endpoint.stop()


def _fleet(add_on: AddOn, choice: Choice) -> Fleet:
    """With all models from its start, or one that fetches archives as they are asked for."""
    whole = add_on.archives / WHOLE if choice.architecture is Architecture.DIRECT else None
    return Fleet(
        ENDPOINT,
        prefix=add_on.archives / "models",
        archive=whole,
        instances=choice.size.instances,
        workers=choice.size.workers,
        model_memory_mb=choice.size.model_memory_mb,
    )


@contextlib.asynccontextmanager
async def _mapped(api: RuntimeApi, add_on: AddOn, choice: Choice) -> AsyncIterator[str]:
    async def ask(path: str, headers: Mapping[str, str], body: str) -> Integrated:
        name = path.split("/")[2]
        try:
            reply = await api.invoke(name, headers, body.encode())
        except InvokeFault as fault:
            return Integrated(fault.status, {"content-type": "application/json"}, fault.document().decode())
        return Integrated(200, reply.headers, reply.body.decode())

    described = rest_api.read(add_on.template(Architecture.DIRECT), stack_name=ENDPOINT)
    async with _listening(MappingGateway(described, ask).application(), choice.port) as url:
        yield url


@contextlib.asynccontextmanager
async def _thin(api: RuntimeApi, add_on: AddOn, choice: Choice) -> AsyncIterator[str]:
    async with _listening(api.application(), 0) as runtime_url:
        stage = Stage(stack_name=ENDPOINT, overrides={"Calls": choice.calls.value})
        deployment = template.read(add_on.thin_template, stage)
        function = deployment.function
        environment = {
            **function.variables,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": runtime_url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
        deployment = replace(deployment, function=replace(function, variables=environment))
        options = Options(
            host=HOST,
            port=choice.port,
            concurrency=choice.concurrency,
            contract=add_on.project.openapi,
            access=AccessOptions(off=True),
            offered=("boto3",),
        )
        service = LocalService(deployment, options, Log(quiet=False))
        with _taking(choice.port):
            await service.start(Console(service).answer)
        try:
            yield service.url
        finally:
            await service.stop()


@contextlib.asynccontextmanager
async def _listening(application: web.Application, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(application, access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        with _taking(port):
            await web.TCPSite(runner, HOST, port).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def _taking(port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotListen(HOST, port, error) from None
