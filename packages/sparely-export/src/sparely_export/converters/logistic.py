"""The logistic function to all its digits: onnxruntime's own gives 0 for what lies below 1e-16."""

from sparely_export.converters.writing import Writer


def logistic(writer: Writer, value: str) -> str:
    """1 / (1 + e^-x), where onnxruntime's Sigmoid takes a small answer as what is left of 1."""
    power = writer.node("Exp", writer.node("Neg", value))
    return writer.node("Reciprocal", writer.calculate("Add", power, 1.0))


def of_both(writer: Writer, score: str) -> str:
    """The probabilities of two classes, (n, 2), by the score of the second: neither is what is left of 1."""
    return writer.joined([logistic(writer, writer.node("Neg", score)), logistic(writer, score)])
