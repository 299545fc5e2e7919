"""A model's outputs as predictions; what is no answer at all is the model's fault."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf, isfinite
from typing import Any

from sparely.engine import ElementType, Tensor
from sparely.handler.errors import LISTED_FAULTS, DoesNotFit, Fault, ModelFailed
from sparely.kinds import Prediction, read_predictions
from sparely.manifest import Feature, Manifest

FLAGS = (0, 1)
"""What true and false are in a tensor of numbers."""
FLOATS = (ElementType.FLOAT, ElementType.DOUBLE)

Known = Callable[[int], Iterable[tuple[Feature, Any]]]
"""The features of a caller's row with their values, by the row's position."""


def read_outputs(outputs: Mapping[str, Tensor], manifest: Manifest) -> list[Prediction]:
    """
    Name what a model returned for n rows.

    Args:
        outputs: for a classifier labels of shape (n,) and probabilities of shape (n, c), c classes
            in the manifest's order; for a regressor values of shape (n, 1); see `sparely.kinds` for the others.

    Returns:
        n predictions as the API gives them.
    """
    values = {role: outputs[name].values for role, name in manifest.outputs.items()}
    return read_predictions(manifest.kind, values, manifest.labels, flags=manifest.flags)


def check_answers(
    outputs: Mapping[str, Tensor],
    inputs: Mapping[str, Tensor],
    manifest: Manifest,
    rows_place: str,
    known: Known | None = None,
) -> None:
    """
    Look for a number that JSON cannot tell, NaN or infinite, and for an output that has not a value for each row.

    A row of which a model makes no number is the caller's to mend, as the estimator makes none of it either: it
    divides by zero, or has the logarithm of what other features leave of it. A model that answers no row at all does
    not pass its golden rows, and so is never asked by callers.

    Args:
        rows_place: JSON pointer to what the inputs were taken from, `{row}` for the row's position in it.
        known: what the caller gave, where that is something else than the inputs.

    Raises:
        DoesNotFit: rows have no answer, each with its fault.
        ModelFailed: an output has other rows than the inputs.
    """
    rows = next(iter(inputs.values())).shape[0]
    faults: dict[int, Fault] = {}
    for output, tensor in outputs.items():
        if tensor.shape[:1] != (rows,):
            raise ModelFailed(manifest.name, f'Its output "{output}" has shape {[*tensor.shape]} for {rows} rows.')
        # A sum is finite only if all its parts are, and takes a tenth of the time.
        if tensor.element_type in FLOATS and not isfinite(sum(tensor.values)):
            for row, value in _no_numbers(tensor):
                values = known(row) if known else _row(row, inputs, manifest)
                reason = _beyond_training(values) or f'its output "{output}" is {value} for these values together'
                sentence = f'Row {row} has no answer from model "{manifest.name}": {reason}.'
                faults.setdefault(row, Fault(rows_place.format(row=row), sentence))
                if len(faults) > LISTED_FAULTS:
                    break
    if faults:
        raise DoesNotFit([faults[row] for row in sorted(faults)])


def _no_numbers(tensor: Tensor) -> Iterator[tuple[int, str]]:
    """The rows of a tensor that have a value which is no number, and what it is called."""
    width = len(tensor.values) // tensor.shape[0]
    for place, value in enumerate(tensor.values):
        if not isfinite(value):
            yield place // width, "NaN" if value != value else "infinite"


def _beyond_training(values: Iterable[tuple[Feature, Any]]) -> str | None:
    """The value that is farthest beyond what training saw, in words."""
    farthest, most = None, 0.0
    for feature, value in values:
        smallest, largest = FLAGS if feature.type == "boolean" else (feature.minimum, feature.maximum)
        if smallest is not None and largest is not None:
            distance = _outside(value, smallest, largest)
            if distance > most:
                farthest, most = f"{feature.name} is {value:g}; training saw {smallest:g} to {largest:g}", distance
    return farthest


def _outside(value: Any, smallest: float, largest: float) -> float:
    """How far a value lies beyond what training saw, in widths of that; 0 for one that does not, and for null."""
    if value < smallest:
        distance = smallest - value
    elif value > largest:
        distance = value - largest
    else:  # NaN among them, which is null in a tensor
        return 0.0
    width = largest - smallest
    # Of 64 bits, both may be infinite.
    return float(distance / width) if 0 < width < inf and distance < inf else float(distance)


def _row(row: int, inputs: Mapping[str, Tensor], manifest: Manifest) -> Iterator[tuple[Feature, Any]]:
    features = {feature.name: feature for feature in manifest.prepared}
    for each in manifest.inputs:
        k = len(each.features)
        values = inputs[each.name].values[row * k : (row + 1) * k]
        yield from zip((features[name] for name in each.features), values, strict=True)
