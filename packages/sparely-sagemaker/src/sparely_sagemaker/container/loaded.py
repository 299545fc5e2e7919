"""The archives that this worker has open, by the names that SageMaker gives them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sparely.bundle import ModelLoadError
from sparely.handler.registry import Registry, load_models
from sparely_sagemaker.container.memory import give_back


@dataclass(frozen=True, slots=True)
class Archive:
    """An unpacked archive with its models open."""

    name: str
    url: str
    registry: Registry


class AlreadyLoaded(Exception):
    """The name is taken."""


class CannotLoad(Exception):
    """The archive is none of this service; carries the sentence."""


class Loaded:
    """Archives by name; loading and unloading are the only changes."""

    def __init__(self) -> None:
        self._archives: dict[str, Archive] = {}

    def load(self, name: str, url: str) -> None:
        """
        Open all models of an archive.

        Raises:
            AlreadyLoaded: the name is taken.
            CannotLoad: there is no model, or one cannot be opened.
        """
        if name in self._archives:
            raise AlreadyLoaded(name)
        try:
            registry = load_models(url)
        except ModelLoadError as error:
            raise CannotLoad(str(error)) from error
        self._archives[name] = Archive(name, url, registry)

    def unload(self, name: str) -> bool:
        """Close an archive's models and give their memory back; False where there is none of the name."""
        archive = self._archives.pop(name, None)
        if archive is None:
            return False
        for group in archive.registry.areas.values():
            for model, _ in group.members:
                model.session.close()
        del archive
        give_back()
        return True

    def get(self, name: str) -> Archive | None:
        """The archive of a name."""
        return self._archives.get(name)

    def __iter__(self) -> Iterator[Archive]:
        return iter(list(self._archives.values()))

    def folders(self) -> list[Path]:
        """Where the open archives lie."""
        return [Path(archive.url) for archive in self]
