"""The logistic function to all its digits: onnxruntime's own gives 0 for what lies below 1e-16."""

from typing import Any, Protocol

import numpy as np

from sparely_export.converters.writing import Writer


class Adding(Protocol):
    """Whatever adds constants and nodes to a graph, and gives their names."""

    def constant(self, values: Any, /) -> str: ...

    def node(self, operator: str, /, *inputs: str) -> str: ...


def logistic(writer: Adding, value: str) -> str:
    """1 / (1 + e^-x), where onnxruntime's Sigmoid takes a small answer as what is left of 1."""
    power = writer.node("Exp", writer.node("Neg", value))
    return writer.node("Reciprocal", writer.node("Add", power, writer.constant(np.array(1.0))))


def of_both(writer: Writer, score: str) -> str:
    """The probabilities of two classes, (n, 2), by the score of the second: neither is what is left of 1."""
    return writer.joined([logistic(writer, writer.node("Neg", score)), logistic(writer, score)])
