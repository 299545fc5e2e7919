"""A headless Chromium, driven over its own DevTools protocol."""

import asyncio
import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PATIENCE_S = 120.0


def find() -> str:
    """Give a Chromium, or skip."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed (Debian's package is chromium)")
    return found


class Page:
    """One page; `run` evaluates JavaScript in it and gives the value."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        self._calls += 1
        number = self._calls
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                message = json.loads((await self._socket.receive()).data)
                if message.get("id") == number:
                    answer: dict[str, Any] = message.get("result", message)
                    return answer

    async def run(self, script: str) -> Any:
        """Evaluate an expression, and wait for it if it is a promise."""
        answer = await self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        # A page that is just being left has no context to evaluate in.
        return answer.get("result", {}).get("value")

    async def until(self, script: str) -> Any:
        """Evaluate an expression until it is true, and give its value."""
        async with asyncio.timeout(_PATIENCE_S):
            while not (found := await self.run(script)):
                await asyncio.sleep(0.05)
        return found

    async def picture(self, path: Path) -> None:
        """Write what is seen to a PNG file."""
        answer = await self.send("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(answer["data"]))


class Browser:
    """A process of Chromium; `async with` gives a page of one address."""

    def __init__(self, url: str, *, width: int) -> None:
        self._url = url
        self._width = width

    async def __aenter__(self) -> Page:
        self._folder = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"]
        quiet = [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ]
        self._process = subprocess.Popen(
            [
                find(),
                *options,
                *quiet,
                f"--user-data-dir={self._folder.name}",
                f"--window-size={self._width},1000",
                self._url,
            ],
            env={**os.environ, "TMPDIR": self._folder.name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(await self._address(), max_msg_size=0)
        page = Page(self._socket)
        # A window is never narrower than 500 px; what the page sees of it can be.
        await page.send(
            "Emulation.setDeviceMetricsOverride", width=self._width, height=1000, deviceScaleFactor=1, mobile=False
        )
        await page.until("location.protocol === 'http:' && document.readyState === 'complete'")
        return page

    async def _address(self) -> str:
        port_file = Path(self._folder.name) / "DevToolsActivePort"
        async with asyncio.timeout(_PATIENCE_S):
            while not port_file.is_file() or not port_file.read_text().strip():
                await asyncio.sleep(0.05)
            port = port_file.read_text().split()[0]
            while True:
                async with self._session.get(f"http://127.0.0.1:{port}/json") as answer:
                    pages = [page for page in await answer.json() if page["type"] == "page"]
                if pages:
                    return str(pages[0]["webSocketDebuggerUrl"])
                await asyncio.sleep(0.05)

    async def __aexit__(self, *reason: object) -> None:
        await self._socket.close()
        await self._session.close()
        # Asked to end it takes its children along, which would write into the folder while that is deleted.
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()
