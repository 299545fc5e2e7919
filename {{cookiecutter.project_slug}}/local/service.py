"""The parts put together: a deployment, its environments and the gateway in front of them."""

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local import sandbox
from local.alias import Alias
from local.concurrency import Concurrency
from local.gateway import Gateway
from local.guardian import Guardian
from local.listening import Listener
from local.notices import notices
from local.pool import Pool
from local.report import Log
from local.template import Deployment

ALIAS_NAME = "live"
FIRST_VERSION = "1"
# Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, "Init phase".
INIT_LIMIT_S = 10.0
_KEEPALIVE_S = 75.0
_CLOSING_S = 5.0


@dataclass(frozen=True)
class Options:
    """What the template does not say."""

    host: str = "127.0.0.1"
    port: int = 3000
    concurrency: int = 10
    idle_s: float = 600.0
    init_limit_s: float = INIT_LIMIT_S


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
            init_limit_s=self.options.init_limit_s,
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
        self._listener = Listener(self.gateway.handler(), keepalive_s=_KEEPALIVE_S)
        self.gateway.port = await self._listener.listen(self.options.host, self.options.port)

    @property
    def listening(self) -> bool:
        """Tell whether new requests are taken."""
        return self._listener.listening

    @property
    def url(self) -> str:
        """Where the gateway listens."""
        return f"http://{self.options.host}:{self.gateway.port}"

    async def stop(self) -> None:
        """Take no more requests, let those in flight finish, end every environment."""
        self._listener.refuse()
        await self.gateway.drain()
        await self._listener.close(_CLOSING_S)
        await self.pool.stop()
        self._resources.close()
