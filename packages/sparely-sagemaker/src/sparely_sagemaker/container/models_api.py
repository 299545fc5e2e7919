"""
SageMaker's multi-model API: load, list, get, unload, in all workers or in none.

Source: docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html (read 2026-11-22). Request members are in
snake case there, those of answers in camel case.
"""

import asyncio
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sparely_sagemaker.container.loaded import AlreadyLoaded, Archive, CannotLoad, Loaded
from sparely_sagemaker.container.memory import needed_bytes
from sparely_sagemaker.container.peers import Order, Peers
from sparely_sagemaker.container.settings import Settings

PAGE = 100
Outcome = tuple[int, dict[str, Any]]


class ModelsApi:
    """Answers for one worker; what changes the loaded models goes to its peers too."""

    def __init__(self, settings: Settings, loaded: Loaded, peers: Peers) -> None:
        self._settings = settings
        self._loaded = loaded
        self._peers = peers

    async def start(self) -> None:
        """Load what the other workers have, and take their orders from now on."""
        async with self._peers.alone():
            for name, url in self._peers.read_list().items():
                await self._obey({"do": "load", "name": name, "url": url})
            await self._peers.listen(self._obey)

    async def stop(self) -> None:
        await self._peers.stop()

    async def load(self, body: bytes) -> Outcome:
        """`POST /models`: 200, 409 where the name is taken, 507 where there is no memory."""
        try:
            document = json.loads(body)
            name, url = str(document["model_name"]), str(document["url"])
        except (ValueError, KeyError, TypeError):
            return _fault(HTTPStatus.BAD_REQUEST, 'Expected {"model_name": ..., "url": ...}.')
        async with self._peers.alone():
            if self._loaded.get(name):
                return _fault(HTTPStatus.CONFLICT, f"{name} is loaded already.")
            missing = self._missing_bytes(Path(url))
            if missing > 0:
                return _fault(HTTPStatus.INSUFFICIENT_STORAGE, f"{missing} bytes of memory are missing for {name}.")
            return await self._everywhere(name, url)

    def list(self, token: str) -> Outcome:
        """`GET /models`, a page of it."""
        first = int(token) if token.isdigit() else 0
        archives = list(self._loaded)
        document: dict[str, Any] = {"models": [_described(each) for each in archives[first : first + PAGE]]}
        if first + PAGE < len(archives):
            document["nextPageToken"] = str(first + PAGE)
        return HTTPStatus.OK, document

    def get(self, name: str) -> Outcome:
        """`GET /models/{name}`."""
        archive = self._loaded.get(name)
        return (HTTPStatus.OK, _described(archive)) if archive else unknown(name)

    async def unload(self, name: str) -> Outcome:
        """`DELETE /models/{name}`: its memory is free in all workers when this returns."""
        async with self._peers.alone():
            if not self._loaded.unload(name):
                return unknown(name)
            self._keep_list()
            await self._peers.tell({"do": "unload", "name": name})
        return HTTPStatus.OK, {}

    async def _everywhere(self, name: str, url: str) -> Outcome:
        order = {"do": "load", "name": name, "url": url}
        answers = [await self._obey(order)]
        if not answers[0]["fault"]:
            answers += await self._peers.tell(order)
        faults = [answer["fault"] for answer in answers if answer["fault"]]
        if not faults:
            self._keep_list()
            return HTTPStatus.OK, {}
        self._loaded.unload(name)
        await self._peers.tell({"do": "unload", "name": name})
        return _fault(HTTPStatus.INTERNAL_SERVER_ERROR, faults[0])

    async def _obey(self, order: Order) -> Order:
        if order["do"] == "unload":
            self._loaded.unload(order["name"])
            return {"fault": ""}
        try:
            # In a thread, so that the pings that come meanwhile are answered.
            await asyncio.to_thread(self._loaded.load, order["name"], order["url"])
        except CannotLoad as fault:
            return {"fault": str(fault)}
        except AlreadyLoaded:
            pass
        return {"fault": ""}

    def _missing_bytes(self, archive: Path) -> int:
        folders = [archive, *self._loaded.folders()]
        needed = sum(needed_bytes(folder, self._settings.workers) for folder in folders)
        return needed - self._settings.model_memory

    def _keep_list(self) -> None:
        self._peers.write_list({archive.name: archive.url for archive in self._loaded})


def unknown(name: str) -> Outcome:
    """404: SageMaker then loads it first."""
    return _fault(HTTPStatus.NOT_FOUND, f"{name} is not loaded.")


def _described(archive: Archive) -> dict[str, Any]:
    return {"modelName": archive.name, "modelUrl": archive.url}


def _fault(status: int, sentence: str) -> Outcome:
    return status, {"message": sentence}
