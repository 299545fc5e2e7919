"""What a text is counted by: words and what follows on one another, characters, and characters within words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters.registry import NoForm
from sparely_export.converters.tokens import (
    LETTER,
    SPACE,
    alphabet,
    characters,
    compacted,
    factors,
    is_not,
    numbered,
    tokens,
    with_padding,
    word_number,
    word_numbers,
)
from sparely_export.converters.writing import Writer

STOP = -1


def _words(writer: Writer, model: Any, text: str) -> tuple[str, dict[Sequence[int], int]]:
    """Numbers of words; stop words are taken out where neighbours count."""
    marks = r"\p{M}" if model.strip_accents else ""
    expression = _expression(model.token_pattern, marks)
    grams = {
        tuple(gram.split(" ")) if model.ngram_range[1] > 1 else (gram,): place
        for gram, place in model.vocabulary_.items()
    }
    stops = sorted(model.get_stop_words() or []) if model.ngram_range[1] > 1 else []
    words = sorted({word for gram in grams for word in gram})
    found = tokens(writer, text, expression)
    if model.strip_accents:
        if callable(model.strip_accents):
            raise NoForm('it takes accents off by a function of its own; "unicode" and "ascii" have a form')
        codes = alphabet([each for word in (*words, *stops) for each in word], model.strip_accents)
        table = factors(max(map(len, (*words, *stops))) + 2, max(codes.values()))
        number = {word: word_number([codes[each] for each in word], table) for word in (*words, *stops)}
        numbers = word_numbers(writer, numbered(writer, characters(writer, found), codes), table)
        if stops:
            listed = [number[word] for word in stops]
            same = writer.node(
                "Equal",
                writer.node("Unsqueeze", numbers, writer.constant(np.array([2]))),
                writer.constant(np.array(listed)),
            )
            stopped = writer.node("ReduceMax", writer.cast(same, TensorProto.INT64), axes=[2], keepdims=0)
            return compacted(writer, numbers, is_not(writer, stopped, 1)), _named(grams, number)
        return numbers, _named(grams, number)
    number = {word: place + 2 for place, word in enumerate(words)}
    numbers = numbered(writer, found, {**number, **dict.fromkeys(stops, STOP)})
    if stops:
        numbers = compacted(writer, numbers, is_not(writer, numbers, STOP))
    return numbers, _named(grams, number)


def _named(grams: Mapping[Any, int], number: Mapping[str, int]) -> dict[Sequence[int], int]:
    return {tuple(number[word] for word in gram): place for gram, place in grams.items()}


def _expression(pattern: str, marks: str) -> str:
    """A pattern of Python's as RE2 has it: letters of all scripts, the longest match instead of borders."""
    if re.search(r"(?<!\\)\((?!\?)|\(\?[^u:]", pattern):
        raise NoForm(f"its token_pattern {pattern!r} has a group; without the brackets it has a form")
    text = pattern.replace("(?u)", "").replace(r"\b", "")
    if text == r"\w\w+":
        return f"[{LETTER}{marks}]{{2,}}"
    return text.replace(r"\w", f"[{LETTER}{marks}]").replace(r"\d", r"\p{Nd}")


def _characters(writer: Writer, model: Any, text: str) -> tuple[str, dict[Sequence[int], int]]:
    """Characters, of which several spaces one after another count as one."""
    codes = alphabet([*"".join(model.vocabulary_), " "], model.strip_accents)
    for blank in "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2003":
        codes.setdefault(blank, max(codes.values()) + 1)
    numbers = numbered(writer, with_padding(writer, characters(writer, text), text), codes)
    numbers = compacted(writer, numbers, is_not(writer, numbers, 0))
    blanks = writer.constant(
        np.array(sorted({code for character, code in codes.items() if code and character.isspace()}))
    )
    same = writer.node("Equal", writer.node("Unsqueeze", numbers, writer.constant(np.array([2]))), blanks)
    blank = writer.node("ReduceMax", writer.cast(same, TensorProto.INT64), axes=[2], keepdims=0)
    none = writer.node(
        "Mul",
        writer.node("Slice", blank, *(writer.constant(np.array([each])) for each in (0, 1, 1))),
        writer.constant(np.array([0])),
    )
    before = writer.node(
        "Concat", none, writer.node("Slice", blank, *(writer.constant(np.array([each])) for each in (0, -1, 1))), axis=1
    )
    after = writer.node(
        "Concat",
        writer.node("Slice", blank, *(writer.constant(np.array([each])) for each in (1, 2**31, 1))),
        none,
        axis=1,
    )
    starts = writer.cast(writer.node("Mul", blank, after), TensorProto.BOOL)
    numbers = writer.node("Where", starts, writer.constant(np.array([codes[" "]])), numbers)
    numbers = compacted(writer, numbers, is_not(writer, writer.node("Mul", blank, before), 1))
    return numbers, {tuple(codes[each] for each in gram): place for gram, place in model.vocabulary_.items()}


def _within_words(writer: Writer, model: Any, text: str) -> tuple[str, dict[Sequence[int], int]]:
    """Characters of words with a space on both sides; padding keeps words apart."""
    codes = alphabet([*"".join(model.vocabulary_), " "], model.strip_accents)
    found = characters(writer, tokens(writer, text, f"[^{SPACE}]+"))
    numbers = numbered(writer, found, codes)  # (n, w, d)
    flat = writer.node("Reshape", numbers, writer.constant(np.array([0, 0, -1])))
    filled = writer.cast(is_not(writer, numbers, 0), TensorProto.INT64)
    space = np.array([codes[" "]])
    some = writer.node("ReduceMax", filled, axes=[2], keepdims=1)
    edge = writer.node("Mul", some, writer.constant(space))
    none = writer.node("Mul", some, writer.constant(np.array([0])))
    wide = writer.node("Concat", edge, flat, none, axis=2)
    count = writer.node(
        "Add",
        writer.node("ReduceSum", filled, writer.constant(np.array([2])), keepdims=1),
        writer.constant(np.array([1])),
    )
    ones = writer.node("Add", writer.node("Mul", wide, writer.constant(np.array([0]))), writer.constant(np.array([1])))
    place = writer.node(
        "Sub", writer.node("CumSum", ones, writer.constant(np.array(2))), writer.constant(np.array([1]))
    )
    last = writer.node("And", writer.node("Equal", place, count), writer.cast(some, TensorProto.BOOL))
    padded = writer.node("Where", last, writer.constant(space), wide)
    apart = writer.node("Concat", padded, none, axis=2)
    rows = writer.node(
        "Reshape",
        apart,
        writer.node("Concat", writer.node("Shape", apart, start=0, end=1), writer.constant(np.array([-1])), axis=0),
    )
    return rows, {tuple(codes[each] for each in gram): place for gram, place in model.vocabulary_.items()}


READERS = {"word": _words, "char": _characters, "char_wb": _within_words}
