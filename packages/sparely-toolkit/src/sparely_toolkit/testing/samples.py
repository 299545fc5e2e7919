"""What a service's tests run over: its models, its areas, its sample events."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.bundle import Bundle, NoGoldenRows, read_bundles
from sparely.handler.errors import ServiceError
from sparely_toolkit.contract.other_events import MESSAGES, OBJECT
from sparely_toolkit.contract.sample_events import area_rows


@dataclass(frozen=True, slots=True)
class Area:
    """
    An area and its models.

    Attributes:
        rows: such as all of its models take.
    """

    name: str
    models: tuple[Bundle, ...]
    rows: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return self.name

    def rows_of(self, model: Bundle) -> list[dict[str, Any]]:
        """The rows as one of its models takes them: with its features alone."""
        names = [feature.name for feature in model.manifest.features]
        return [{name: row[name] for name in names if name in row} for row in self.rows]


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """
    A file of events/.

    Attributes:
        payload: what API Gateway hands to the function.
        status: what its name promises: 200, or that of the fault whose problem type the name begins with.
        kind: that problem type, None for a good event.
    """

    name: str
    payload: Mapping[str, Any]
    status: int
    kind: str | None

    def __str__(self) -> str:
        return self.name


def models(folder: Path) -> tuple[Bundle, ...]:
    """All models below a folder, none where there is none."""
    try:
        return read_bundles(folder)
    except NoGoldenRows:
        return ()


def areas(found: tuple[Bundle, ...]) -> list[Area]:
    """The models by their areas."""
    members: dict[str, list[Bundle]] = {}
    for model in found:
        members.setdefault(model.area, []).append(model)
    return [
        Area(name, tuple(each), tuple(area_rows([model.instances for model in each]))) for name, each in members.items()
    ]


def events(folder: Path) -> list[SampleEvent]:
    """The events that lie in a folder, without those that answer nobody: messages of a queue, objects of S3."""
    return [_event(file) for file in sorted(folder.glob("*.json")) if file.stem not in (MESSAGES, OBJECT)]


def _event(file: Path) -> SampleEvent:
    faults = {each.kind: each.status for each in _errors(ServiceError)}
    kind = max((kind for kind in faults if f"{file.stem}-".startswith(f"{kind}-")), key=len, default=None)
    return SampleEvent(file.stem, json.loads(file.read_text("utf-8")), faults[kind] if kind else 200, kind)


def _errors(base: type[ServiceError]) -> list[type[ServiceError]]:
    """The faults that a caller can meet."""
    return [each for direct in base.__subclasses__() for each in (direct, *_errors(direct))]
