"""Texts as whole numbers: of words, by a table of those that are known; of characters, with accents taken off."""

import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
from onnx import TensorProto

from sparely_export.converters.writing import Writer

PAD = "\ue000"
"""A sign of Unicode's private use area, which fills up what is shorter than the longest."""

UNKNOWN = 1
DIGITS = 52
"""In bits, of a word's number: onnxruntime adds whole numbers as float64, which holds so many exactly."""

LETTER = r"\p{L}\p{N}_"
SPACE = r"\s\x{0b}\x{1c}-\x{1f}\x{85}\p{Z}"


def lowered(writer: Writer, text: str) -> str:
    """Lower case of texts (n,)."""
    return writer.node("StringNormalizer", text, case_change_action="LOWER", locale="C.UTF-8")


def tokens(writer: Writer, text: str, expression: str) -> str:
    """The parts (n, w) of texts (n,) that match, filled up; at least one column."""
    writer.opsets["com.microsoft"] = 1
    found = writer.node(
        "Tokenizer", text, domain="com.microsoft", mark=0, mincharnum=1, pad_value=PAD, tokenexp=expression
    )
    return with_padding(writer, found, text)


def characters(writer: Writer, texts: str) -> str:
    """The characters of strings, in a further axis, filled up."""
    writer.opsets["com.microsoft"] = 1
    return writer.node("Tokenizer", texts, domain="com.microsoft", mark=0, mincharnum=1, pad_value=PAD, separators=[""])


def with_padding(writer: Writer, parts: str, text: str) -> str:
    """Parts (n, w) of texts (n,) with a column of padding behind, so that there is always one."""
    column = writer.node("Reshape", text, writer.constant(np.array([-1, 1])))
    padding = writer.node(
        "LabelEncoder", column, domain="ai.onnx.ml", keys_strings=[PAD], values_strings=[PAD], default_string=PAD
    )
    return writer.node("Concat", parts, padding, axis=1)


def numbered(writer: Writer, words: str, numbers: Mapping[str, int], default: int = UNKNOWN) -> str:
    """A number for each known word; padding is 0."""
    known = {PAD: 0, **numbers}
    return writer.node(
        "LabelEncoder",
        words,
        domain="ai.onnx.ml",
        keys_strings=list(known),
        values_int64s=list(known.values()),
        default_int64=default,
    )


def stripped(character: str, how: str | None) -> str:
    """A character without its accents, as scikit-learn takes them off; nothing is left of an accent alone."""
    if how is None:
        return character
    parts = unicodedata.normalize("NFKD", character)
    if how == "ascii":
        return parts.encode("ascii", "ignore").decode("ascii")
    return "".join(each for each in parts if not unicodedata.combining(each))


def alphabet(used: Sequence[str], how: str | None) -> dict[str, int]:
    """A number for each character that is used, and for those that become one without their accents; 0 for accents."""
    numbers = {character: place + 2 for place, character in enumerate(sorted(set(used)))}
    if how is None:
        return numbers
    for code in range(0x20, 0x2FFFF):
        if 0xD800 <= code < 0xE100:
            continue
        character = chr(code)
        bare = stripped(character, how)
        if bare == "":
            numbers[character] = 0
        elif bare != character and bare in numbers:
            numbers[character] = numbers[bare]
    return numbers


def compacted(writer: Writer, numbers: str, keep: str) -> str:
    """Rows of (n, d) with what is not kept moved behind the rest, as 0."""
    kept = writer.cast(keep, TensorProto.INT64)
    width = writer.node("Shape", numbers, start=1, end=2)
    place = writer.node(
        "CumSum",
        writer.node("Add", writer.node("Mul", kept, writer.constant(np.array([0]))), writer.constant(np.array([1]))),
        writer.constant(np.array(1)),
    )
    behind = writer.node("Mul", writer.node("Sub", writer.constant(np.array([1])), kept), width)
    _, order = writer.nodes_of("TopK", [writer.node("Add", place, behind), width], 2, axis=1, largest=0, sorted=1)
    return writer.node("GatherElements", writer.node("Mul", numbers, kept), order, axis=1)


def is_not(writer: Writer, numbers: str, value: int) -> str:
    """Where whole numbers are not that."""
    return writer.node("Not", writer.node("Equal", numbers, writer.constant(np.array([value]))))


def factors(length: int, largest: int) -> list[int]:
    """What the code of each place counts by in a word's number: drawn once, so that words hardly share a number."""
    bits = DIGITS - int(np.ceil(np.log2(largest + 1))) - int(np.ceil(np.log2(length + 1)))
    drawn: list[int] = np.random.RandomState(1).randint(2 ** (bits - 1), 2**bits, length, dtype=np.int64).tolist()
    return drawn


def word_number(codes: Sequence[int], table: Sequence[int]) -> int:
    """The number of a word of these characters' codes."""
    return sum(code * table[min(place, len(table) - 1)] for place, code in enumerate(codes))


def word_numbers(writer: Writer, codes: str, table: Sequence[int]) -> str:
    """The same of words given by codes (n, w, d), of which 0 does not count, as (n, w)."""
    counts = writer.cast(is_not(writer, codes, 0), TensorProto.INT64)
    last, first = writer.constant(np.array([len(table) - 1])), writer.constant(np.array([0]))
    place = writer.node(
        "Sub", writer.node("CumSum", counts, writer.constant(np.array(2))), writer.constant(np.array([1]))
    )
    place = writer.node("Max", writer.node("Min", place, last), first)
    factor = writer.node("Gather", writer.constant(np.array(table, dtype=np.int64)), place, axis=0)
    product = writer.node("Mul", codes, factor)
    return writer.node("ReduceSum", product, writer.constant(np.array([2])), keepdims=0)
