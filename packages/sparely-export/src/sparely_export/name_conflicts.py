"""The models that a new one will stand beside, as `sparely.name_conflicts` judges them; a conflict is a refusal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sparely import name_conflicts
from sparely_export.features import Feature
from sparely_export.refusals import WRONG_CALL, Refusal


class NameConflict(Refusal):
    """The model cannot stand under this name, or not in this area."""


class NoName(NameConflict):
    """What was asked for cannot be a part of a route."""

    exit_code = WRONG_CALL


def check_name(area: str, name: str, models: Path | None) -> None:
    """
    Check that routes can hold both names and that no other area has a model of this one.

    Raises:
        NoName: they cannot.
        NameConflict: one has.
    """
    with _refused():
        name_conflicts.check_name(area, name, models)


def agreeing(features: Sequence[Feature], area: str, name: str, models: Path | None) -> tuple[Feature, ...]:
    """
    Take over the units, and wider types, that the area's other models give to the same features.

    Raises:
        NameConflict: a feature is of another type there, or one of them cannot be read.
    """
    with _refused():
        known = name_conflicts.shared_features(area, name, models)
        return tuple(
            replace(feature, **name_conflicts.agreed(feature.as_json(), known.get(feature.name), area))
            for feature in features
        )


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except name_conflicts.NoName as error:
        raise NoName(str(error)) from None
    except name_conflicts.NameConflict as error:
        raise NameConflict(str(error)) from None
