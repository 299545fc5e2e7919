"""Predictions as the cells of a table."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sparely.bundle import Folder, read_bundles, read_golden_service
from sparely.kinds import KINDS, Prediction, flattened
from sparely.manifest import Manifest

OK = 200


class OtherMembers(Exception):
    """A prediction has a member that the table has no column for."""

    def __init__(self, name: str) -> None:
        super().__init__(f'The prediction has a member "{name}" that no golden row of the model has.')


def columns_of(predictions: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns of a table of predictions: the places of all their values, in the order in which they appear."""
    return tuple(dict.fromkeys(place for each in predictions for place, _ in flattened(each)))


def callers_columns(models: Folder, area: str, model: str = "") -> dict[str, tuple[str, ...]]:
    """
    By model the columns of what its callers get, by its golden rows and, where there are some, the service's own.

    Args:
        models: the folder with all of a service's.
        model: one of the area; all of them without it.

    Returns:
        Nothing where there is no such area or model.
    """
    return {name: columns_of(answers) for name, answers in callers_answers(models, area, model).items()}


def callers_answers(models: Folder, area: str, model: str = "") -> dict[str, list[Mapping[str, Any]]]:
    """By model what its callers get for its golden rows; see `callers_columns`."""
    asked = [each for each in read_bundles(models) if each.area == area and model in ("", each.name)]
    own = read_golden_service(models).get(f"{area}/{model}" if model else area, {})
    documents = [answer.document for answer in own.values() if answer.status == OK]
    return {each.name: [*each.predictions, *_own_answers(each.name, documents)] for each in asked}


def _own_answers(model: str, documents: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [
        row
        for document in documents
        if isinstance(document, Mapping) and isinstance(predictions := document.get("predictions"), Mapping)
        for row in predictions.get(model, ())
        if isinstance(row, Mapping)
    ]


def bare_columns(manifest: Manifest) -> tuple[str, ...]:
    """The columns of what a model gives that has no `present`."""
    places: list[str] = []
    for member in KINDS[manifest.kind]:
        if member.form in ("numbers", "probabilities"):
            if member.role in manifest.outputs:
                places += [f"{member.name}.{label}" for label in manifest.labels]
        elif member.role in manifest.outputs:
            places.append(member.name)
    return tuple(places)


def picker(columns: Sequence[str], bare: Sequence[str]) -> Callable[[Prediction], Sequence[Any]]:
    """
    What makes the cells of these columns out of a prediction; None where it lacks a member.

    Args:
        bare: the columns of the model without its owner's steps; where the two are the same, nothing is looked for.
    """
    if tuple(columns) != tuple(bare):
        return lambda prediction: _cells(prediction, columns)
    names = list(dict.fromkeys(column.partition(".")[0] for column in bare))
    nested = [any(column.startswith(f"{name}.") for column in bare) for name in names]
    if names == ["label", "probabilities"]:
        return lambda prediction: (prediction["label"], *prediction["probabilities"].values())
    if not any(nested):
        if len(names) > 1:
            return itemgetter(*names)
        (name,) = names
        return lambda prediction: (prediction[name],)
    return lambda prediction: _cells(prediction, columns)


def _cells(prediction: Prediction, columns: Sequence[str]) -> list[Any]:
    found = dict(flattened(prediction))
    cells = [found.pop(column, None) for column in columns]
    for name in found:
        raise OtherMembers(name)
    return cells
