"""Serving an architecture for the time of a block: endpoint, runtime API and gateway in one event loop."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiohttp import web

from sparely_sagemaker.architectures.fleets import ADDED, BUILT, ENDPOINT, Size, direct, multi_model
from sparely_toolkit.local import template
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.samconfig import DeployConfiguration
from sparely_toolkit.local.service import LocalService, Options
from sparely_sagemaker.mapping import rest_api
from sparely_sagemaker.mapping.gateway import MappingGateway
from sparely_sagemaker.mapping.integration import Endpoint as Integrated
from sparely_sagemaker.runtime.api import RuntimeApi
from sparely_sagemaker.runtime.endpoint import Endpoint
from sparely_sagemaker.runtime.faults import InvokeFault

DIRECT, MULTI_MODEL = "direct", "multi-model"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which architecture, how large, and where it listens; `calls` is the thin function's parameter Calls."""

    name: str
    port: int
    size: Size = field(default_factory=Size)
    calls: str = "area"
    concurrency: int = 10
    log: Path = BUILT / "endpoint.log"
    limit_s: float = 60.0


@contextlib.asynccontextmanager
async def serving(choice: Choice) -> AsyncIterator[str]:
    """Give the URL of the architecture's API."""
    choice.log.parent.mkdir(parents=True, exist_ok=True)
    fleet = direct(choice.size) if choice.name == DIRECT else multi_model(choice.size)
    endpoint = Endpoint(fleet, choice.log, limit_s=choice.limit_s)
    await endpoint.start()
    try:
        api = RuntimeApi({ENDPOINT: endpoint})
        serve = _mapped(api, choice) if choice.name == DIRECT else _thin(api, choice)
        async with serve as url:
            yield url
    finally:
        await endpoint.stop()


@contextlib.asynccontextmanager
async def _mapped(api: RuntimeApi, choice: Choice) -> AsyncIterator[str]:
    async def ask(path: str, headers: Mapping[str, str], body: str) -> Integrated:
        name = path.split("/")[2]
        try:
            reply = await api.invoke(name, headers, body.encode())
        except InvokeFault as fault:
            return Integrated(fault.status, {"content-type": "application/json"}, fault.document().decode())
        return Integrated(200, reply.headers, reply.body.decode())

    described = rest_api.read(ADDED / "direct.yaml", stack_name=ENDPOINT)
    async with _listening(MappingGateway(described, ask).application(), choice.port) as url:
        yield url


@contextlib.asynccontextmanager
async def _thin(api: RuntimeApi, choice: Choice) -> AsyncIterator[str]:
    async with _listening(api.application(), 0) as runtime_url:
        built = BUILT / "multi-model" / "template.yaml"
        deployment = template.read(built, DeployConfiguration(ENDPOINT, "us-east-1", {"Calls": choice.calls}))
        function = deployment.function
        environment = {
            **function.environment,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": runtime_url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
        deployment = replace(deployment, function=replace(function, environment=environment))
        options = Options(host=HOST, port=choice.port, concurrency=choice.concurrency, offered=("boto3",))
        service = LocalService(deployment, options, Log(quiet=False))
        await service.start()
        try:
            yield service.url
        finally:
            await service.stop()


@contextlib.asynccontextmanager
async def _listening(application: web.Application, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(application, access_log=None, auto_decompress=False)
    await runner.setup()
    site = web.TCPSite(runner, HOST, port)
    await site.start()
    try:
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
