"""The models of a package with many: each is opened by the first request that asks for it, and may be closed again."""

import ctypes
import os
from _thread import allocate_lock
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from sparely.bundle import ModelLoadError, read_manifest
from sparely.engine.ort_environment import ort_environment
from sparely.handler.lookup import Lookup
from sparely.handler.registry import Group, Model, Registry, group_of, load_model
from sparely.index import Entry, Index, read_index

ALL, FEW = "all", "few"
AT_INIT = "MODELS_AT_INIT"
"""`few`: none of many; `all`; or the names of areas and of models, such as `shop,fraud/card`."""
PREPARED = ("provisioned-concurrency", "snap-start")
"""The kinds of init that no caller waits for. Source: the variable AWS_LAMBDA_INITIALIZATION_TYPE in
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (read 2026-11-29)."""
SHARE = 0.85
"""Of MemorySize: what is above is left for requests."""
SPARE_BYTES = 2**20


def open_on_demand(root: str) -> Registry:
    """
    The models under `root` by its index.

    Raises:
        ModelLoadError: the index is not that of the models that are there, or one that is wanted at init is broken.
    """
    index = read_index(root)
    if index is None:
        raise ModelLoadError(root, "there is no index.")
    ort_environment()  # what every model needs is no first request's to pay
    shelf = Shelf(root, index)
    for path in _at_init(root, index):
        if not shelf.has_room(path):
            break
        shelf.group(path)
    shelf.opened.clear()
    areas = Groups(shelf, {area: area for area in index.models})
    models = {
        area: Groups(shelf, {name: f"{area}/{name}" for name in entries}) for area, entries in index.models.items()
    }
    return OnDemand(areas, models, shelf.opened)


def _at_init(root: str, index: Index) -> list[str]:
    wanted = os.environ.get(AT_INIT) or FEW
    paths = [f"{area}/{name}" for area, models in index.models.items() for name in models]
    if wanted == ALL or os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") in PREPARED:
        return paths
    if wanted == FEW:
        return []
    named = [each.strip() for each in wanted.split(",")]
    for each in named:
        if each not in index.models and each not in paths:
            raise ModelLoadError(root, f'{AT_INIT} names "{each}", which is neither an area nor a model (area/name).')
    return [path for path in paths if path in named or path.partition("/")[0] in named]


class Shelf:
    """
    What has been opened so far.

    Attributes:
        models: those that are open, by area and name.
        most_bytes: what the process should hold at most; 0 where no limit is known.
        opened: paths of the models that have been opened since somebody took note, in order.
    """

    def __init__(self, root: str, index: Index) -> None:
        self.root, self.index = root, index
        self.opened: list[str] = []
        self.models: dict[str, Model] = {}
        self._groups: dict[str, Group] = {}  # by area, or area and name; what was asked for last comes last
        self.most_bytes = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or 0) * 2**20 * SHARE
        self._lock = allocate_lock()

    def group(self, path: str) -> Group:
        """
        The models of an area, or the one of area and name; what is not open yet is opened.

        Raises:
            ModelLoadError: a file is missing, altered or unreadable.
        """
        with self._lock:
            group = self._groups.pop(path, None) or self._open(path)
            self._groups[path] = group
            return group

    def has_room(self, path: str) -> bool:
        """Whether a model may be opened without closing another; always where no limit is known."""
        return not self.most_bytes or resident_bytes() + self._needed_bytes([path]) <= self.most_bytes

    def entry(self, path: str) -> Entry:
        """What is known of a model that there is."""
        area, _, name = path.partition("/")
        return self.index.models[area][name]

    def folder(self, path: str) -> str:
        """Where its files are."""
        return os.path.join(self.root, *path.split("/"))

    def _open(self, path: str) -> Group:
        area, _, name = path.partition("/")
        paths = [path] if name else [f"{area}/{each}" for each in self.index.models[area]]
        self._make_room([each for each in paths if each not in self.models], set(paths))
        for each in paths:
            if each not in self.models:
                self.models[each] = load_model(self.folder(each), self.entry(each).manifest)
                self.opened.append(each)
        return group_of(self.root, path, [self.models[each] for each in paths])

    def _make_room(self, paths: list[str], kept: set[str]) -> None:
        """
        Close what was asked for longest ago while more memory is taken than the function should have.

        A session ends with its last reference: one that a request has found and not yet run outlives what its owner's
        steps ask in between.
        """
        if not self.most_bytes or not paths:
            return
        most = self.most_bytes - self._needed_bytes(paths)
        while self._groups and resident_bytes() > most:
            del self._groups[next(iter(self._groups))]
            held = {model.manifest.path for group in self._groups.values() for model, _ in group.members}
            for path in [each for each in self.models if each not in held and each not in kept]:
                del self.models[path]
            _give_back()

    def _needed_bytes(self, paths: list[str]) -> int:
        entries = [self.entry(each) for each in paths]
        return sum(each.size_bytes * each.growth + SPARE_BYTES for each in entries)


class OnDemand(Lookup[Group]):
    """What answers for models, of which the index says what can be said without opening one."""

    @property
    def most_columns(self) -> int:
        return max(_shelf(self).index.columns.values(), default=0)

    def version(self, area: str, model: str) -> str:
        return _shelf(self).index.models[area][model].version

    def document(self, area: str, model: str) -> Mapping[str, Any]:
        shelf, path = _shelf(self), f"{area}/{model}"
        return read_manifest(shelf.folder(path), shelf.entry(path).manifest).document


class Groups(Mapping[str, Group]):
    """
    Models by a name, each opened when it is taken.

    Args:
        paths: by name the area, or the area and name, that the shelf knows them by.
    """

    def __init__(self, shelf: Shelf, paths: Mapping[str, str]) -> None:
        self.shelf, self._paths = shelf, paths

    def __getitem__(self, name: str) -> Group:
        return self.shelf.group(self._paths[name])

    def __contains__(self, name: object) -> bool:
        return name in self._paths  # without opening it, as a Mapping of its own would

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _shelf(lookup: OnDemand) -> Shelf:
    assert isinstance(lookup.areas, Groups)
    return lookup.areas.shelf


def resident_bytes() -> int:
    """What this process holds; 0 where that is not told, so that nothing is closed."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _give_back() -> None:
    """Have the C library return freed memory to the system, or the next look at it would find nothing changed."""
    with suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)
