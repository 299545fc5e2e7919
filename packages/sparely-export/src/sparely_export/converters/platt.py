"""
Probabilities of support vectors of two classes, as libsvm has them.

It couples the classes' shares in rounds, until they are as near as it wants: of two classes after two rounds at most,
and near a half after none.
Source: libsvm's `multiclass_probability`; Wu, Lin & Weng, JMLR 5 (2004), second method.
"""

import numpy as np

from sparely_export.converters.writing import Writer

NEAR = 0.005 / 2
ROUNDS = 2


def coupled(writer: Writer, share: str) -> str:
    """
    Probabilities (n, 2).

    Args:
        share: of the first class by its logistic function, (n, 1).
    """
    one, half = writer.constant(np.float64(1)), writer.constant(np.float64(0.5))
    other = writer.node("Sub", one, share)
    crossed = writer.node("Neg", writer.node("Mul", share, other))
    rows = (_square(writer, other), crossed), (crossed, _square(writer, share))
    chances = [writer.calculate("Add", writer.calculate("Mul", share, 0.0), 0.5), half]
    for _ in range(ROUNDS):
        products = [_sum(writer, row, chances) for row in rows]
        total = _sum(writer, chances, products)
        errors = [writer.node("Abs", writer.node("Sub", each, total)) for each in products]
        near = writer.calculate("Less", writer.node("Max", *errors), NEAR)
        before = list(chances)
        for place, row in enumerate(rows):
            step = writer.node("Div", writer.node("Sub", total, products[place]), row[place])
            grown = writer.calculate("Add", step, 1.0)
            chances[place] = writer.node("Add", chances[place], step)
            twice = writer.calculate("Mul", products[place], 2.0)
            more = writer.node("Mul", step, writer.node("Add", writer.node("Mul", step, row[place]), twice))
            total = writer.node("Div", writer.node("Add", total, more), _square(writer, grown))
            products = [
                writer.node("Div", writer.node("Add", each, writer.node("Mul", step, weight)), grown)
                for each, weight in zip(products, row, strict=True)
            ]
            chances = [writer.node("Div", each, grown) for each in chances]
        chances = [writer.node("Where", near, old, new) for old, new in zip(before, chances, strict=True)]
    return writer.joined(chances)


def _square(writer: Writer, value: str) -> str:
    return writer.node("Mul", value, value)


def _sum(writer: Writer, ones: "tuple[str, ...] | list[str]", others: list[str]) -> str:
    return writer.node("Add", *(writer.node("Mul", one, other) for one, other in zip(ones, others, strict=True)))
