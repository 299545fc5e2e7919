"""Options of the command line in a sentence, as the arguments of the function that does the same."""

import json
import re
from collections.abc import Callable

from sparely_export.options import ASKED

OPTIONS = (
    *("absolute-tolerance", "relative-tolerance", "most-seconds", "most-open-ms", "most-row-ms"),
    *("unit", "null", "target", "labels", "trust", "steps", "prepared", "kind"),
)
"""Those that are about the model; a sentence names no other."""
AS_ARGUMENT = {"unit": "units", "null": "nulls"}

NUMBER = r"\d(?:\S*\w)?"
PAIR = r"[^=\n]+=WORD"
LABELS = r"'[^']*,[^']*'|[^\s,']+(?:,[^\s,']*\w)+"
"""In quotes where one has a space."""


def _listed(text: str) -> str:
    return json.dumps(text.strip("'").split(","), ensure_ascii=False)


def _paired(text: str) -> str:
    name, _, value = text.rpartition("=")
    return json.dumps({name: value}, ensure_ascii=False)


VALUES: dict[str, tuple[str, Callable[[str], str]]] = {
    "kind": (rf"(?:{'|'.join(sorted(ASKED, reverse=True))})(?![\w-])", json.dumps),
    "labels": (LABELS, _listed),
    "trust": (r"[\w.]*\w(?: --trust [\w.]*\w)*", lambda text: json.dumps(text.split(" --trust "))),
    "null": (PAIR, _paired),
    "unit": (PAIR, _paired),
}
"""How a value is known behind its option, from words that only go on, and how Python writes it."""


def as_arguments(sentence: str) -> str:
    """The sentence with each option as an argument of `export`: `--kind classifier` is `kind="classifier"` there."""
    for option in OPTIONS:
        sentence = _named(sentence, option)
    return sentence


def _named(sentence: str, option: str) -> str:
    pattern, written = VALUES.get(option, (NUMBER, str))
    name = AS_ARGUMENT.get(option, option.replace("-", "_"))

    def argument(found: "re.Match[str]") -> str:
        return f"{name}={written(found[1])}" if found[1] else name

    return re.sub(rf"--{option}\b(?: ({pattern}))?", argument, sentence)
