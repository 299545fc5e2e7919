"""The parts put together: a deployment, its versions' environments and the gateway in front of them."""

import contextlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from sparely_toolkit.local import access, sandbox
from sparely_toolkit.local.access import AccessOptions
from sparely_toolkit.local.alias import Alias
from sparely_toolkit.local.console import Beside
from sparely_toolkit.local.concurrency import Concurrency
from sparely_toolkit.local.figures import Traffic
from sparely_toolkit.local.gateway import Gateway
from sparely_toolkit.local.reaper import Reaper
from sparely_toolkit.local.host import Host
from sparely_toolkit.local.listening import Listener
from sparely_toolkit.local.memory import How, limiter
from sparely_toolkit.local.notices import notices
from sparely_toolkit.local.pool import Pool
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.template import Deployment
from sparely_toolkit.local.throttling import RouteThrottles
from sparely_toolkit.local.versions import ALIAS_NAME, Versions

FIRST_VERSION = "1"
# Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, "Init phase".
INIT_LIMIT_S = 10.0
_KEEPALIVE_S = 75.0
_CLOSING_S = 5.0


@dataclass(frozen=True)
class Options:
    """
    What the template does not say.

    Attributes:
        memory: how MemorySize is kept: `cgroup`, `watch`, or `auto` for the first that works.
        project: the service's folder, with openapi.yaml.
        throttle_routes: refuse what is above the rates that the stage's settings name.
        offered: installed packages that the function sees beside AWS' runtime client, as boto3 in Lambda's own runtime.
    """

    host: str = "127.0.0.1"
    port: int = 3000
    concurrency: int = 10
    idle_s: float = 600.0
    init_limit_s: float = INIT_LIMIT_S
    memory: How = "auto"
    project: Path = Path()
    access: AccessOptions = field(default_factory=AccessOptions)
    throttle_routes: bool = False
    offered: tuple[str, ...] = ()


class LocalService:
    """Serves one deployment until it is stopped; more versions of its function may join and go."""

    def __init__(self, deployment: Deployment, options: Options, log: Log) -> None:
        self.deployment = deployment
        self.options = options
        self.log = log
        self.notices: tuple[str, ...] = ()
        self.traffic = Traffic()
        self._resources = contextlib.ExitStack()

    async def start(self) -> None:
        """
        Listen; the first execution environment starts with the first request.

        Raises:
            Problem: the deployment cannot be served here.
        """
        function = self.deployment.function
        client = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="runtime-client-")))
        sandbox.link_runtime_client(client, self.options.offered)
        memory, memory_sentence = limiter(self.options.memory)
        reaper = Reaper()
        self._resources.callback(reaper.close)
        limit = self.options.concurrency
        if function.reserved_concurrency is not None:
            limit = function.reserved_concurrency
        host = Host(
            concurrency=Concurrency(limit),
            idle_s=self.options.idle_s,
            init_limit_s=self.options.init_limit_s,
            memory=memory,
            log=self.log,
            reaper=reaper,
        )
        self.versions = Versions(client=client, host=host)
        try:
            self.versions.publish(function)
            allowed = access.read(self.deployment, self.options.access)
        except BaseException:
            self._resources.close()
            raise
        throttles = RouteThrottles(self.deployment.api)
        self.notices = (
            memory_sentence,
            *self.versions.notices,
            *allowed.notices,
            *notices(self.deployment, throttles.default if not self.options.throttle_routes else None),
        )
        self.gateway = Gateway(
            self.deployment.api,
            self.alias,
            access=allowed,
            throttles=throttles if self.options.throttle_routes else None,
            beside=Beside(self).answer,
            invoked_arn=f"{function.arn}:{ALIAS_NAME}",
            region=function.region,
            traffic=self.traffic,
            log=self.log,
        )
        await self._listen()

    async def replace(self, deployment: Deployment) -> str | None:
        """
        Serve another deployment from now on, without losing a request: the new version starts first.

        Returns:
            The new version, or None when it does not start; then nothing changes.

        Raises:
            Problem: it cannot be served here; then nothing changes either.
        """
        allowed = access.read(deployment, self.options.access)
        version = self.versions.publish(deployment.function)
        wanted = max(1, self.pool.figures.environments)
        if not await self.versions.pool(version).warm(wanted):
            await self.versions.retire(version)
            return None
        replaced = [known for known in self.versions.pools if known != version]
        self.deployment = deployment
        self.gateway.serve(deployment.api, allowed)
        self.alias.route({version: 1.0})
        for known in replaced:
            await self.versions.retire(known)
        return version

    async def _listen(self) -> None:
        self._listener = Listener(self.gateway.handler(), keepalive_s=_KEEPALIVE_S)
        self.gateway.port = await self._listener.listen(self.options.host, self.options.port)

    @property
    def alias(self) -> Alias:
        """The alias that the gateway calls."""
        assert self.versions.alias is not None
        return self.versions.alias

    @property
    def pool(self) -> Pool:
        """The environments of the version with the most traffic."""
        return self.versions.pools[max(self.alias.weights, key=lambda version: self.alias.weights[version])]

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
        await self.versions.stop()
        self._resources.close()
