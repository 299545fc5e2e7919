"""One instance of an endpoint: the container's server as a process, and the archives that it holds."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sparely_sagemaker.runtime import store
from sparely_toolkit.package.engine_library import installed_library
from sparely_toolkit.problems import Problem

# Source: docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html: pings until 4 minutes after the
# start, each answered within 2 s; SIGKILL 30 s after SIGTERM.
PING_S = 2.0
START_S = 240.0
STOP_S = 30.0


class ContainerFailed(Problem):
    """The container ended or never answered a ping; carries the end of its log."""

    def __init__(self, log: str) -> None:
        super().__init__(f"A container of the endpoint did not start:\n{log[-3000:].strip()}")


@dataclass(frozen=True, slots=True)
class Reply:
    """The container's answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Instance:
    """
    Starts the container, gives it archives on demand, and takes the least recently used away for room.

    Args:
        archive: of a single-model endpoint; None where `prefix` has archives to choose from.
    """

    def __init__(
        self,
        *,
        prefix: Path,
        archive: Path | None,
        log: Path,
        environment: Mapping[str, str],
    ) -> None:
        self._prefix = prefix
        self._archive = archive
        self._log = log
        self._environment = environment
        self._resources = contextlib.AsyncExitStack()
        self._changing = asyncio.Lock()
        # By last use, the oldest first.
        self.held: OrderedDict[str, str] = OrderedDict()

    async def start(self) -> None:
        """
        Start the container and wait for its first ping.

        Raises:
            ContainerFailed: it does not come up; nothing is left of it.
        """
        try:
            await self._start()
        except BaseException:
            await self._resources.aclose()
            raise

    async def _start(self) -> None:
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="instance-")))
        self._models = folder / "models"
        port = free_port()
        self._url = f"http://127.0.0.1:{port}"
        # One connection a request in flight, as many as come: SageMaker does not queue in front of a container.
        self._client = await self._resources.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), auto_decompress=False)
        )
        await self._launch(self._variables(folder, port))
        await self._wait_for_ping()

    async def invoke(self, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """
        Ask the container; an archive that it does not hold is loaded first.

        Raises:
            NoSuchArchive: the prefix has no such target.
        """
        if not target:
            return await self._send("POST", "/invocations", headers, body)
        if target not in self.held:
            async with self._changing:
                if target not in self.held:
                    refused = await self._load(target, headers)
                    if refused is not None:
                        return refused
        self.held.move_to_end(target)
        return await self._send("POST", f"/models/{self.held[target]}/invoke", headers, body)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that is not enough."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), STOP_S)
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()
        await self._resources.aclose()

    @property
    def pid(self) -> int:
        """Of the container's first process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def _load(self, target: str, headers: Mapping[str, str]) -> Reply | None:
        """Load an archive; on 507 take the least recently used away and try again, as SageMaker does."""
        folder = await asyncio.to_thread(store.fetch, self._prefix, target, self._models)
        name = store.name_of(target)
        while True:
            order = f'{{"model_name":"{name}","url":"{folder}"}}'.encode()
            reply = await self._send("POST", "/models", {**headers, "content-type": "application/json"}, order)
            if reply.status in (200, 409):
                self.held[target] = name
                return None
            if reply.status != 507 or not self.held:
                return reply
            await self._unload(next(iter(self.held)))

    async def _unload(self, target: str) -> None:
        await self._send("DELETE", f"/models/{self.held.pop(target)}", {}, b"")
        store.forget(target, self._models)

    async def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        async with self._client.request(method, self._url + path, headers=headers, data=body or None) as answer:
            lower = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(answer.status, lower, await answer.read())

    def _variables(self, folder: Path, port: int) -> dict[str, str]:
        variables = {
            "ENGINE_LIBRARY": str(installed_library()),  # in the image it lies in lib/
            **os.environ,
            "SAGEMAKER_BIND_TO_PORT": str(port),
            "SAGEMAKER_MULTI_MODEL": "true",
            "CONTAINER_HOST": "127.0.0.1",
            "POWERTOOLS_SERVICE_NAME": "local",
            "POWERTOOLS_METRICS_NAMESPACE": "Predictions",
            **self._environment,
        }
        if self._archive is not None:
            store.unpack(self._archive, folder / "model")
            variables |= {"SAGEMAKER_MULTI_MODEL": "false", "MODEL_FOLDER": str(folder / "model")}
        return variables

    async def _launch(self, variables: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "sparely_sagemaker.container", "serve"]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, env=variables, stdout=log, stderr=log, start_new_session=True
            )

    async def _wait_for_ping(self) -> None:
        deadline = asyncio.get_running_loop().time() + START_S
        while self.alive and asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with asyncio.timeout(PING_S):
                    if (await self._send("GET", "/ping", {}, b"")).status == 200:
                        return
            await asyncio.sleep(0.05)
        if self.alive:
            os.killpg(self._process.pid, signal.SIGKILL)
        raise ContainerFailed(self._log.read_text(encoding="utf-8"))


def free_port() -> int:
    """A port that nothing listens on now: a container is told one, it does not choose."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
