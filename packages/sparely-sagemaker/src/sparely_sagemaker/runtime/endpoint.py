"""An endpoint: several instances behind one name, with SageMaker's limits."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sparely_sagemaker.runtime import faults
from sparely_sagemaker.runtime.instance import Instance, Reply
from sparely_sagemaker.runtime.store import NoSuchArchive

# Source: docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
LIMIT_S = 60.0
LARGEST_BODY = 6 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fleet:
    """
    What an endpoint is made of.

    Attributes:
        archive: the one archive of a single-model endpoint, or None for a multi-model endpoint over `prefix`.
        workers: processes of each container.
        model_memory_mb: memory for models of each container, None for what the container takes by itself.
    """

    name: str
    prefix: Path
    archive: Path | None = None
    instances: int = 1
    workers: int = 1
    model_memory_mb: int | None = None
    environment: Mapping[str, str] | None = None


class Endpoint:
    """Gives every request to the next instance that lives."""

    def __init__(self, fleet: Fleet, log: Path, *, limit_s: float = LIMIT_S) -> None:
        self.fleet = fleet
        self._limit_s = limit_s
        environment = {"MODEL_SERVER_WORKERS": str(fleet.workers), **(fleet.environment or {})}
        if fleet.model_memory_mb is not None:
            environment["MODEL_MEMORY_MB"] = str(fleet.model_memory_mb)
        self.instances = [
            Instance(prefix=fleet.prefix, archive=fleet.archive, log=log, environment=environment)
            for _ in range(fleet.instances)
        ]
        self._turns = itertools.count()

    async def start(self) -> None:
        """
        Start all instances.

        Raises:
            Problem: one of them does not come up; none is left.
        """
        starts = await asyncio.gather(*(instance.start() for instance in self.instances), return_exceptions=True)
        failed = [each for each in starts if each is not None]
        if failed:
            started = (instance for instance, each in zip(self.instances, starts, strict=True) if each is None)
            await asyncio.gather(*(instance.stop() for instance in started))
            raise failed[0]

    async def stop(self) -> None:
        await asyncio.gather(*(instance.stop() for instance in self.instances))

    async def invoke(self, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """
        Ask one instance.

        Raises:
            InvokeFault: there is no prediction.
        """
        self._check(target, body)
        living = [instance for instance in self.instances if instance.alive]
        if not living:
            raise faults.unavailable()
        instance = living[next(self._turns) % len(living)]
        try:
            async with asyncio.timeout(self._limit_s):
                reply = await instance.invoke(target, headers, body)
        except NoSuchArchive:
            where = f"s3://local/{target}"
            raise faults.validation(
                f"Failed to download model data ({where}). Please ensure that there is an object located at the URL "
                "and that the role passed to CreateModel has permissions to download the object."
            ) from None
        except TimeoutError:
            raise faults.timed_out(self.fleet.name) from None
        except aiohttp.ClientError:
            raise faults.unavailable() from None
        if reply.status >= 400:
            raise faults.model_error(self.fleet.name, reply.status, reply.body.decode("utf-8", "replace"))
        return reply

    def _check(self, target: str, body: bytes) -> None:
        if len(body) > LARGEST_BODY:
            raise faults.validation(
                f"1 validation error detected: Value at 'body' must have length at most {LARGEST_BODY}."
            )
        if self.fleet.archive is not None and target:
            raise faults.validation(
                f"Endpoint {self.fleet.name} is not a multi-model endpoint and does not support target model header."
            )
        if self.fleet.archive is None and not target:
            raise faults.validation(
                f"Endpoint {self.fleet.name} is a multi-model endpoint; the target model header is missing."
            )
