"""What an execution environment leaves behind where the event loop ends before its process does."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from sparely_toolkit.local.environment import ExecutionEnvironment


def test_no_socket_is_left_listening() -> None:
    """Its Runtime API is closed at once; the end of a killed process is waited for, and waiting may be cancelled."""

    async def left() -> tuple[Any, ...]:
        nothing = cast(Any, SimpleNamespace(output=None))
        environment = ExecutionEnvironment(
            nothing, memory_mb=128, limit=nothing, log=nothing, reaper=nothing, on_ready=nothing, on_gone=nothing
        )
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
        environment._runtime_api = server
        environment._process = cast(Any, SimpleNamespace(kill=lambda: None, ended=asyncio.Event().wait))
        ending = asyncio.create_task(environment.stop())
        await asyncio.sleep(0)
        ending.cancel()
        return tuple(server.sockets)

    assert asyncio.run(left()) == ()
