"""Which function writes which estimator, by the names of its class, and how one asks for an answer of a step."""

from collections.abc import Callable
from typing import Any, TypeAlias

from sparely_export.converters.blocks import Block
from sparely_export.converters.writing import Writer

Write: TypeAlias = Callable[[Writer, Any, Block], Any]

KNOWN: dict[str, dict[str, Write]] = {
    "transform": {},
    "predict": {},
    "probabilities": {},
    "decision": {},
    "choice": {},
}
"""
By what is asked and the estimator's name as `sklearn.Ridge`, the function that writes it.

transform gives a Block; predict numbers (n, t); probabilities (n, c); decision (n, 1) or (n, c); choice the index of
each row's class, int64 (n,), or 0 and 1 of each label (n, m).
"""


class NoForm(Exception):
    """A step of this kind, with these parameters, has no ONNX form; the message says why and what to do."""


def converts(asked: str, *names: str) -> Callable[[Write], Write]:
    """Enter a function for estimators of these names."""

    def enter(write: Write) -> Write:
        KNOWN[asked].update(dict.fromkeys(names, write))
        return write

    return enter


def name_of(model: Any) -> str:
    """The name that a class is known by: its package and its own."""
    kind = type(model)
    return f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def knows(model: Any, asked: str) -> bool:
    """Whether there is an own form."""
    return name_of(model) in KNOWN[asked]


def ask(writer: Writer, asked: str, model: Any, block: Block) -> Any:
    """
    Write what is asked of an estimator, once for the same rows.

    Raises:
        NoForm: it has none.
    """
    key = (asked, id(model), block.parts, writer.exact)
    if key not in writer.answers:
        writer.answers[key] = KNOWN[asked][name_of(model)](writer, model, block)
    return writer.answers[key]
