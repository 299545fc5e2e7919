"""Regressors of a transformed target: the function or the transformer backwards, behind the model."""

from typing import Any

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.functions import applied
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.shapes import backwards
from sparely_export.converters.writing import Writer


@converts("predict", "sklearn.TransformedTargetRegressor")
def _transformed(writer: Writer, model: Any, block: Block) -> str:
    return inverse(writer, model.transformer_, asking.predict(writer, model.regressor_, block))


def inverse(writer: Writer, step: Any, value: str) -> str:
    """
    What a transformer of the target does backwards.

    Raises:
        NoForm: it has none.
    """
    kind = type(step).__name__
    if kind == "FunctionTransformer":
        return applied(writer, step.inverse_func, value, step.inv_kw_args)
    if kind == "MinMaxScaler":
        return writer.calculate("Div", writer.calculate("Sub", value, step.min_), step.scale_)
    if kind == "Pipeline":
        for _, each in reversed(step.steps):
            value = inverse(writer, each, value)
        return value
    if kind in ("PowerTransformer", "QuantileTransformer"):
        return backwards(writer, step, value)
    if kind not in ("StandardScaler", "RobustScaler", "MaxAbsScaler"):
        raise NoForm(
            f"its target goes through {kind}, which has no form backwards; StandardScaler, MinMaxScaler, "
            "PowerTransformer and QuantileTransformer have one"
        )
    center = getattr(step, "mean_", None) if kind == "StandardScaler" else getattr(step, "center_", None)
    if step.scale_ is not None:
        value = writer.calculate("Mul", value, step.scale_)
    return value if center is None else writer.calculate("Add", value, center)
