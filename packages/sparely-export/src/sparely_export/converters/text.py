"""Text: counts of words, of characters and of what follows on one another, and their weights."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.grams import READERS
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.scaling import normalized
from sparely_export.converters.tokens import lowered
from sparely_export.converters.writing import Writer

WITHOUT = "token_pattern, stop_words and strip_accents have a form, or change the text before the pipeline (steps.py)"


@converts("transform", "sklearn.CountVectorizer")
def _counted(writer: Writer, model: Any, block: Block) -> Block:
    return writer.block(_counts(writer, model, block), len(model.vocabulary_))


@converts("transform", "sklearn.TfidfVectorizer")
def _weighed(writer: Writer, model: Any, block: Block) -> Block:
    return writer.block(_weights(writer, model._tfidf, _counts(writer, model, block)), len(model.vocabulary_))


@converts("transform", "sklearn.TfidfTransformer")
def _weighed_alone(writer: Writer, model: Any, block: Block) -> Block:
    return writer.block(_weights(writer, model, writer.numbers(block)), block.width)


def _weights(writer: Writer, model: Any, counts: str) -> str:
    if model.sublinear_tf:
        some = writer.calculate("Greater", counts, 0.0)
        safe = writer.node("Where", some, counts, writer.constant(np.float64(1)))
        logs = writer.calculate("Add", writer.node("Log", safe), 1.0)
        counts = writer.node("Where", some, logs, writer.constant(np.float64(0)))
    if model.use_idf:
        counts = writer.calculate("Mul", counts, np.asarray(model.idf_, dtype=np.float64).reshape(1, -1))
    return counts if model.norm is None else normalized(writer, counts, model.norm)


def _counts(writer: Writer, model: Any, block: Block) -> str:
    for name in ("tokenizer", "preprocessor"):
        if getattr(model, name) is not None:
            raise NoForm(f"{type(model).__name__} has a {name} of its own, and ONNX holds no Python; {WITHOUT}")
    if model.analyzer not in READERS:
        raise NoForm(f"{type(model).__name__} has an analyzer of its own, and ONNX holds no Python; {WITHOUT}")
    if block.width != 1 or block.kinds != {"word"}:
        raise NoForm(
            f"{type(model).__name__} takes one column of text; give each a vectorizer in a ColumnTransformer, chosen "
            'by its name alone, such as "review" and not ["review"]'
        )
    text = writer.node("Reshape", block.parts[0].name, writer.constant(np.array([-1])))
    if model.lowercase:
        text = lowered(writer, text)
    numbers, grams = READERS[model.analyzer](writer, model, text)
    counts = _found(writer, numbers, grams)
    return writer.cast(writer.calculate("Greater", counts, 0.0)) if model.binary else counts


def _found(writer: Writer, numbers: str, grams: Mapping[Sequence[int], int]) -> str:
    """How often each sequence of numbers occurs in the rows of (n, d)."""
    ordered = sorted(grams, key=lambda gram: (len(gram), gram))
    longest = max(len(gram) for gram in ordered)
    starts = [sum(len(gram) for gram in ordered if len(gram) < length) for length in range(1, longest + 1)]
    counts = writer.node(
        "TfIdfVectorizer",
        numbers,
        mode="TF",
        min_gram_length=min(len(gram) for gram in ordered),
        max_gram_length=longest,
        max_skip_count=0,
        ngram_counts=starts,
        ngram_indexes=[grams[gram] for gram in ordered],
        pool_int64s=[number for gram in ordered for number in gram],
    )
    return writer.cast(counts)
