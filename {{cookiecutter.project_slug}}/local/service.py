"""The parts put together: a deployment, its environments and the gateway in front of them."""

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from local import sandbox
from local.alias import Alias
from local.concurrency import Concurrency
from local.gateway import Gateway
from local.guardian import Guardian
from local.notices import notices
from local.pool import Pool
from local.report import Log
from local.template import Deployment

ALIAS_NAME = "live"
FIRST_VERSION = "1"


@dataclass(frozen=True)
class Options:
    """What the template does not say."""

    host: str = "127.0.0.1"
    port: int = 3000
    concurrency: int = 10
    idle_s: float = 600.0


class LocalService:
    """Serves one deployment until it is stopped."""

    def __init__(self, deployment: Deployment, options: Options, log: Log) -> None:
        self.deployment = deployment
        self.options = options
        self.log = log
        self.notices: tuple[str, ...] = ()
        self._resources = contextlib.ExitStack()

    async def start(self) -> None:
        """
        Listen; the first execution environment starts with the first request.

        Raises:
            ServiceProblem: the deployment cannot be served here.
        """
        function = self.deployment.function
        client = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="runtime-client-")))
        sandbox.link_runtime_client(client)
        prepared = sandbox.prepare(function, FIRST_VERSION, client)
        self.notices = (*prepared.notices, *notices(self.deployment))
        guardian = Guardian()
        self._resources.callback(guardian.close)
        limit = self.options.concurrency
        if function.reserved_concurrency is not None:
            limit = function.reserved_concurrency
        self.pool = Pool(
            function,
            prepared,
            version=FIRST_VERSION,
            concurrency=Concurrency(limit),
            idle_s=self.options.idle_s,
            log=self.log,
            guardian=guardian,
        )
        self.pool.start()
        self.alias = Alias(FIRST_VERSION, self.pool)
        self.gateway = Gateway(
            self.deployment.api,
            self.alias,
            invoked_arn=f"{function.arn}:{ALIAS_NAME}",
            region=function.region,
            log=self.log,
        )
        await self._listen()

    async def _listen(self) -> None:
        # The body reaches the function as it was sent, compressed or not: auto_decompress would undo that.
        self._web = web.Server(
            self.gateway.handler(), access_log=None, auto_decompress=False, keepalive_timeout=75.0
        )
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._web, self.options.host, self.options.port, backlog=1024)
        self.gateway.port = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        """Where the gateway listens."""
        return f"http://{self.options.host}:{self.gateway.port}"

    async def stop(self) -> None:
        """Take no more requests, let those in flight finish, end every environment."""
        self._server.close()
        self._web.pre_shutdown()
        await self.gateway.drain()
        await self._web.shutdown(5.0)
        await self.pool.stop()
        self._resources.close()
