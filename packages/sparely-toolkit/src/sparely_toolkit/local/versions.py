"""Published versions of the function: each is an artifact with a pool of environments, all behind one alias."""

import contextlib

from sparely_toolkit import names
from sparely_toolkit.local import sandbox
from sparely_toolkit.local.alias import Alias
from sparely_toolkit.local.host import Host
from sparely_toolkit.local.invocation import Outcome
from sparely_toolkit.local.pool import Pool
from sparely_toolkit.local.settings import FunctionSettings

ALIAS_NAME = names.ALIAS


class UnknownVersion(LookupError):
    """There is no such version, or no longer."""

    def __init__(self, version: str, known: list[str]) -> None:
        super().__init__(f'No version "{version}". Available: {", ".join(known)}.')


class VersionInUse(ValueError):
    """A version that the alias routes to cannot go."""

    def __init__(self, version: str, share: float) -> None:
        super().__init__(f"Version {version} has {share:.0%} of the alias' traffic.")


class Versions:
    """Numbers versions as Lambda does, from 1 on, never twice."""

    def __init__(self, host: Host) -> None:
        self.alias: Alias | None = None
        self.pools: dict[str, Pool] = {}
        self.notices: tuple[str, ...] = ()
        self.host = host
        self._published = 0

    def publish(self, function: FunctionSettings) -> str:
        """
        Make a version of what the settings point to; the first one gets all traffic, later ones none yet.

        Raises:
            Problem: it cannot be served here.
        """
        version = str(self._published + 1)
        prepared = sandbox.prepare(function, version, self.host.client)
        self._published += 1
        self.notices = prepared.notices
        pool = Pool(function, prepared, version=version, host=self.host)
        pool.start()
        self.pools[version] = pool
        if self.alias is None:
            self.alias = Alias(version, pool)
        else:
            self.alias.add(version, pool)
        return version

    def pool(self, version: str) -> Pool:
        """
        Give a version's pool.

        Raises:
            UnknownVersion: there is none.
        """
        if version not in self.pools:
            raise UnknownVersion(version, list(self.pools))
        return self.pools[version]

    async def invoke(self, version: str, event: bytes, *, invoked_arn: str, trace_id: str) -> Outcome:
        """Run an event on one version, whatever the alias routes; raises what Pool.invoke raises."""
        return await self.pool(version).invoke(event, invoked_arn=invoked_arn, trace_id=trace_id)

    async def retire(self, version: str) -> None:
        """
        End a version once its running invocations have.

        Raises:
            UnknownVersion: there is none.
            VersionInUse: the alias still routes to it.
        """
        pool = self.pool(version)
        assert self.alias is not None
        share = self.alias.weights.get(version, 0.0)
        if share > 0:
            raise VersionInUse(version, share)
        self.alias.remove(version)
        del self.pools[version]
        await pool.retire()

    async def stop(self) -> None:
        """End everything at once."""
        pools, self.pools = self.pools, {}
        for pool in pools.values():
            with contextlib.suppress(OSError):
                await pool.stop()
