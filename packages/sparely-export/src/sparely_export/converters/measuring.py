"""Which neighbours have distances that can be written out, known before any conversion."""

from typing import Any

from sparely_export.converters.registry import NoForm

FEW = 64
"""Up to so many columns are subtracted one by one, which needs memory for rows times neighbours alone."""
NEIGHBOURS = tuple(f"sklearn.{way}Neighbors{kind}" for way in ("K", "Radius") for kind in ("Classifier", "Regressor"))


def is_plain(model: Any) -> bool:
    """Whether the nearest count alike for one answer, which skl2onnx has a form of."""
    several = isinstance(getattr(model, "classes_", None), list)
    return not several and type(model).__name__.startswith("KNeighbors") and model.weights == "uniform"


def check_distances(model: Any) -> None:
    """
    Check what can be known without any conversion, which may come long after.

    Raises:
        NoForm: its distances, or what they count for, have none.
    """
    if callable(model.weights):
        raise NoForm(
            f'{type(model).__name__} weighs by a function of its own; weights="distance" and "uniform" have a form'
        )
    if power(model) not in (1, 2) or hasattr(model._fit_X, "toarray"):
        raise NoForm(f'{type(model).__name__} with metric="{model.metric}"; euclidean and manhattan have a form')
    if (width := model._fit_X.shape[1]) > FEW:
        raise NoForm(
            f'{type(model).__name__} with weights="{model.weights}" measures distances of {width} columns, and up to '
            f"{FEW} have a form; put PCA(n_components={FEW}), or fewer, before it"
        )


def power(model: Any) -> int:
    """Which power of the columns' differences is summed, 2 or 1 where it has a form."""
    powers = {"euclidean": 2, "manhattan": 1, "l1": 1, "l2": 2}
    return powers.get(model.metric, model.p if model.metric == "minkowski" else 0)
