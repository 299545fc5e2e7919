"""A change under src/ is built and takes over, while requests go on: watch, build, copy, replace."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from sparely_toolkit.local.service import LocalService
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

_LOOK_S = 0.3
_IGNORED = ("__pycache__",)
_TRACEBACK = "Traceback (most recent call last):"
AGAIN = "Files have changed while it was being built; it is built again."
Snapshot = dict[Path, tuple[int, int]]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Source:
    """
    What is watched, how it is built, and how the result is read.

    Attributes:
        build: a command that leaves what `read` reads; it runs in the service's folder.
        attempt: gives instead what `build` would refuse though it can be served here, and a sentence about it; None
            where there is no such thing.
    """

    project: Project
    build: Sequence[str]
    read: Callable[[], Deployment]
    attempt: Callable[[], tuple[Deployment, str] | None] = lambda: None

    @property
    def watched(self) -> tuple[Path, ...]:
        """Files and folders of which the package is made, and what it is served as."""
        project = self.project
        sources = (project.source, project.requirements, project.unpacked, project.template, project.samconfig)
        return tuple(path for path in sources if path.exists())

    def name(self, path: Path) -> str:
        """How people call a file of the service."""
        return str(path.relative_to(self.project.root))

    def snapshot(self) -> Snapshot:
        """Give every watched file with its time and size."""
        files: Snapshot = {}
        for path in self._files():
            try:
                status = path.stat()
            except FileNotFoundError:  # an editor was quicker
                continue
            files[path] = (status.st_mtime_ns, status.st_size)
        return files

    def build_first(self, build: Callable[[], Result], say: Callable[[str], None]) -> Result:
        """
        Build before there is anything to serve; what fails for a file that was saved meanwhile is built again.

        Raises:
            Problem: it fails with the files as they are.
        """
        while True:
            before = self.snapshot()
            try:
                return build()
            except Problem:
                if self.snapshot() == before:
                    raise
                say(AGAIN)

    def _files(self) -> Iterator[Path]:
        for path in self.watched:
            if path.is_file():
                yield path
            else:
                yield from (file for file in path.rglob("*") if file.is_file() and file.parent.name not in _IGNORED)


class Copies:
    """
    Serves copies of the artifact, since a build empties the folder from which environments still start.

    A copy lives as long as the service: a few MB each time somebody saves a file.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="artifacts-")
        self._count = 0

    def copy(self, deployment: Deployment) -> Deployment:
        """Copy a deployment's artifact; the deployment that is given points to the copy."""
        artifact = deployment.function.artifact
        if not artifact.is_dir():
            return deployment
        self._count += 1
        target = Path(self._folder.name) / str(self._count) / artifact.name
        shutil.copytree(artifact, target, symlinks=True)
        return replace(deployment, function=replace(deployment.function, artifact=target))

    def close(self) -> None:
        """Remove all copies."""
        self._folder.cleanup()


class Reloader:
    """Looks for changes and replaces what is served; what does not build or start replaces nothing."""

    def __init__(self, service: LocalService, source: Source, copies: Copies) -> None:
        self._service = service
        self._source = source
        self._copies = copies

    async def run(self) -> None:
        """Watch until cancelled."""
        before = self._source.snapshot()
        self._service.log.say(f"Watching {', '.join(map(self._source.name, self._source.watched))}.")
        while True:
            await asyncio.sleep(_LOOK_S)
            now = self._source.snapshot()
            if now == before:
                continue
            while True:  # until nobody writes any more
                await asyncio.sleep(_LOOK_S)
                settled = self._source.snapshot()
                if settled == now:
                    break
                now = settled
            changed = sorted(self._source.name(path) for path, _ in set(before.items()) ^ set(now.items()))
            before = now
            self._service.log.say(f"Changed: {', '.join(dict.fromkeys(changed))}. Building.")
            await self.reload()

    async def reload(self) -> bool:
        """Build and replace once; False when the old version stays."""
        problem = version = ""
        before = self._source.snapshot()
        try:
            attempt = await asyncio.to_thread(self._source.attempt)
            problem = "" if attempt else await self._build()
            if not problem:
                deployment, notice = attempt or (self._source.read(), "")
                version = await self._service.replace(self._copies.copy(deployment)) or ""
                problem = "" if version else "It does not start."
        except Problem as error:
            problem = str(error)
        except (ImportError, OSError) as error:  # the environment is being installed anew meanwhile
            problem = f"It cannot be built now: {_sentence(str(error))}"
        if problem and self._source.snapshot() != before:  # of two states at once, and whoever watches sees the second
            self._service.log.say(AGAIN)
        elif problem:
            self._service.log.say(f"{problem}\nThe old version stays.")
        else:
            self._service.log.say("\n".join(filter(None, (notice, f"Version {version} has taken over."))))
        return not problem

    async def _build(self) -> str:
        """Run the build; give what it printed when it fails."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._source.build,
                cwd=self._source.project.root,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except OSError as error:
            return f"{self._source.build[0]}: {error.strerror}."
        printed, _ = await process.communicate()
        if process.returncode == 0:
            return ""
        text = printed.decode("utf-8", "replace").rstrip() or f"It printed nothing and ended with {process.returncode}."
        return _without_traceback(text)


def _without_traceback(printed: str) -> str:
    """What a build printed; of a traceback, as where the environment is being installed anew, its last line alone."""
    before, found, traceback = printed.partition(_TRACEBACK)
    if not found:
        return printed
    reasons = [line for line in traceback.splitlines() if line and not line[0].isspace()]
    return f"{before}The build failed: {_sentence(reasons[-1] if reasons else 'it says no more')}"


def _sentence(text: str) -> str:
    return f"{text.removesuffix('.')}."
