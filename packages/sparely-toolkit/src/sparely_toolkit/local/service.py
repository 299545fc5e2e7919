"""The parts put together: a deployment, its versions' environments and the gateway in front of them."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from sparely_toolkit.local import access
from sparely_toolkit.local.access import AccessOptions
from sparely_toolkit.local.aiohttp_adapter import Listener
from sparely_toolkit.local.alias import Alias
from sparely_toolkit.local.figures import Traffic
from sparely_toolkit.local.gateway import Console, Gateway, nothing
from sparely_toolkit.local.host import INIT_LIMIT_S, hosting
from sparely_toolkit.local.issuer import LocalIssuer
from sparely_toolkit.local.memory import How
from sparely_toolkit.local.notices import notices
from sparely_toolkit.local.pool import Pool
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.local.throttling import RouteThrottles
from sparely_toolkit.local.versions import ALIAS_NAME, Versions

FIRST_VERSION = "1"
_KEEPALIVE_S = 75.0
_CLOSING_S = 5.0


@dataclass(frozen=True)
class Options:
    """
    What the template does not say.

    Attributes:
        memory: how MemorySize is kept: `cgroup`, `watch`, or `auto` for the first that works.
        contract: openapi.yaml, for the page on which the API is tried out.
        issuer: signs and checks tokens where no `jwks` is named; otherwise with keys of this run alone.
        throttle_routes: refuse what is above the rates that the stage's settings name.
        golden: let own steps take the defaults of what they look up, as the check of a new version does.
        offered: installed packages that the function sees beside AWS' runtime client, as boto3 in Lambda's own runtime.
    """

    host: str = "127.0.0.1"
    port: int = 3000
    concurrency: int = 10
    idle_s: float = 600.0
    init_limit_s: float = INIT_LIMIT_S
    memory: How = "auto"
    contract: Path | None = None
    issuer: LocalIssuer | None = None
    access: AccessOptions = field(default_factory=AccessOptions)
    throttle_routes: bool = False
    golden: bool = False
    offered: tuple[str, ...] = ()


class LocalService:
    """Serves one deployment until it is stopped; more versions of its function may join and go."""

    def __init__(self, deployment: Deployment, options: Options, log: Log) -> None:
        self.deployment = deployment
        self.options = options
        self.log = log
        self.notices: tuple[str, ...] = ()
        self.traffic = Traffic()
        self._resources = contextlib.AsyncExitStack()

    async def start(self, console: Console = nothing) -> None:
        """
        Listen; the first execution environment starts with the first request.

        Args:
            console: what is beside the API.

        Raises:
            Problem: the deployment cannot be served here.
            OSError: the port is taken.
        """
        try:
            await self._start(console)
        except BaseException:
            await self._resources.aclose()
            raise

    async def _start(self, console: Console) -> None:
        function, options = self.deployment.function, self.options
        reserved = function.reserved_concurrency
        self.host = self._resources.enter_context(
            hosting(
                self.log,
                concurrency=options.concurrency if reserved is None else reserved,
                idle_s=options.idle_s,
                init_limit_s=options.init_limit_s,
                memory=options.memory,
                offered=options.offered,
            )
        )
        self.issuer = options.issuer or LocalIssuer(self.host.folder / "issuer")
        self.versions = Versions(self.host)
        self._resources.push_async_callback(self.versions.stop)
        self.versions.publish(function)
        allowed = access.read(self.deployment, options.access, self.issuer)
        throttles = RouteThrottles(self.deployment.api)
        self.notices = (
            self.host.memory_sentence,
            *self.versions.notices,
            *allowed.notices,
            *notices(self.deployment, throttles.default if not options.throttle_routes else None),
        )
        self.gateway = Gateway(
            self.deployment.api,
            self.alias,
            access=allowed,
            throttles=throttles if options.throttle_routes else None,
            golden=options.golden,
            console=console,
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
        allowed = access.read(deployment, self.options.access, self.issuer)
        version = self.versions.publish(deployment.function)
        if not await self.versions.pool(version).warm(max(1, self.pool.figures.environments)):
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
        self._listener = Listener(self.gateway.handler(), self.gateway.unread, keepalive_s=_KEEPALIVE_S)
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
        await self._resources.aclose()
