"""Models that do nothing but hold a fitted one: what is asked of them is asked of it."""

from typing import Any

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import KNOWN, converts
from sparely_export.converters.writing import Writer

HELD = {
    "sklearn.FrozenEstimator": "estimator",
    "sklearn.GridSearchCV": "best_estimator_",
    "sklearn.HalvingGridSearchCV": "best_estimator_",
    "sklearn.HalvingRandomSearchCV": "best_estimator_",
    "sklearn.RandomizedSearchCV": "best_estimator_",
    "sklearn.SelfTrainingClassifier": "estimator_",
}
"""By their names, the attribute that it is."""


def _held(asked: str, name: str, attribute: str) -> None:
    @converts(asked, name)
    def _inner(writer: Writer, model: Any, block: Block) -> Any:
        return getattr(asking, asked)(writer, getattr(model, attribute), block)


for _asked in KNOWN:
    for _name, _attribute in HELD.items():
        _held(_asked, _name, _attribute)
