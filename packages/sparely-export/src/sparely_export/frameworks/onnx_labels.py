"""The classes that a ready .onnx file names beside its numbers, in the numbers' order."""

from collections.abc import Iterator

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def labels_told(graph: onnx.GraphProto, width: int, label: np.ndarray | None, scores: np.ndarray) -> tuple[str, ...]:
    """
    Return the words of which the file's own label is always that of the largest number; nothing where it tells none.

    Args:
        width: how many numbers a row there are.
        label: (n,) what the file names of n rows, if it names something.
        scores: (n, w) the numbers of the same rows.
    """
    if label is None or label.dtype.kind not in "OU" or width < 2:
        return ()
    chosen = scores.argmax(axis=1)
    for words in _words(graph):
        if len(words) == width and all(words[place] == name for place, name in zip(chosen, label.ravel(), strict=True)):
            return words
    return ()


def _words(graph: onnx.GraphProto) -> Iterator[tuple[str, ...]]:
    """Lists of words in the graph, as classifiers and tables of labels hold them."""
    for node in graph.node:
        for entry in node.attribute:
            if entry.name in ("classlabels_strings", "values_strings"):
                yield tuple(each.decode() for each in helper.get_attribute_value(entry))
    for constant in graph.initializer:
        if constant.data_type == TensorProto.STRING:
            words = numpy_helper.to_array(constant).ravel().tolist()
            yield tuple(each.decode() if isinstance(each, bytes) else str(each) for each in words)
