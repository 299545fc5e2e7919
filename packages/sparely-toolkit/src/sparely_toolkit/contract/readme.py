"""README.md's example and its table of models, each between its two marks, anew from the models."""

import json
import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sparely.bundle import Bundle
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.marked import replace_between

MODELS = "<!-- models: make contract -->", "<!-- end of models -->"
EXAMPLE = "<!-- example: make contract -->", "<!-- end of example -->"
WIDEST_LINE = 110
SERVER = "http://localhost:3000"
SHOWN_DIGITS = 6
# The metric shown, the first that a manifest has, with what it is to be compared with.
METRICS = {
    "accuracy": "accuracy {accuracy:.2f} (always the commonest: {accuracy_of_commonest_label:.2f})",
    "mean_absolute_error": "mean error {mean_absolute_error:.3g} (always the mean: {mean_absolute_error_of_mean:.3g})",
}

MEASURED_ON = {"held_out_rows": "on held-out rows", "given_rows": "on the rows given"}
"""By the metric that counts them; rows given to an export may be those that the model was trained on."""


def renewed(text: str, service: ServiceDescription, options: str | None = "") -> str:
    """
    The text with both anew; as it was where a mark is missing, for a README is its owner's.

    Args:
        options: what curl is to be told besides, such as the header of a key; None leaves its example as it is.
    """
    if options is not None:
        text = replace_between(text, *EXAMPLE, f"\n{example(service.models[0], options)}")
    return replace_between(text, *MODELS, f"\n{table([model.manifest.document for model in service.models])}")


def example(model: Bundle, options: str = "") -> str:
    """In Markdown, how a model is asked, and what it answers."""
    command, answer = question(model, options=options)
    return f"```\n{command}\n```\n\nanswers\n\n```json\n{answer}\n```\n"


def question(model: Bundle, server: str = SERVER, options: str = "") -> tuple[str, str]:
    """
    The command that asks a model for its first golden row with the fewest gaps, and the answer to it.

    Args:
        server: where the service listens.
        options: what curl is to be told besides.
    """
    position, row = min(enumerate(model.instances), key=lambda each: sum(value is None for value in each[1].values()))
    answer = {"predictions": {model.name: [model.predictions[position]]}, "versions": {model.name: model.version}}
    return curl(model, row, server, options), _json(_rounded(answer))


def curl(model: Bundle, row: Mapping[str, Any], server: str = SERVER, options: str = "") -> str:
    """The command that asks a model for one row, of the service that `make run` serves."""
    address = f"{server}/predict/{model.manifest.path}{f' {options}' if options else ''}"
    fields = [f"{_json(name)}: {_json(value)}" for name, value in row.items()]
    body = '{"instances":\n  [{' + ",\n    ".join(_lines(fields)) + "}]}"
    return f"curl {address} -H 'content-type: application/json' -d {shlex.quote(body)}"


def _lines(fields: Sequence[str]) -> Iterator[str]:
    """As many fields a line as fit."""
    line = ""
    for field in fields:
        if line and len(line) + len(field) > WIDEST_LINE:
            yield line
            line = ""
        line += f", {field}" if line else field
    yield line


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rounded(value: Any) -> Any:
    """Numbers as people read them: the rest of their digits depends on who computes them."""
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    if isinstance(value, float) and value and math.isfinite(value):
        return round(value, max(0, SHOWN_DIGITS - 1 - math.floor(math.log10(abs(value)))))
    return value


def table(manifests: Sequence[Mapping[str, Any]]) -> str:
    """One line a model, in Markdown."""
    lines = ["| model | what it says | by | quality |", "|---|---|---|---|"]
    return "\n".join([*lines, *map(_line, manifests)]) + "\n"


def _line(manifest: Mapping[str, Any]) -> str:
    cells = [
        f"`{manifest['area']}/{manifest['name']}`",
        f"{manifest['kind']}: {manifest['description']}",
        ", ".join(map(_feature, manifest["features"])),
        _quality(manifest.get("metrics", {})),
    ]
    return f"| {' | '.join(map(_cell, cells))} |"


def _feature(feature: Mapping[str, Any]) -> str:
    notes = [feature["unit"]] if feature.get("unit") else []
    notes += [] if feature["required"] else ["optional"]
    return str(feature["name"]) + (f" ({'; '.join(notes)})" if notes else "")


def _quality(metrics: Mapping[str, Any]) -> str:
    """The metric and the rows that it was measured on, which for models of one's own may be those of training."""
    shown = _metric({name: value for name, value in metrics.items() if name not in MEASURED_ON})
    rows = [words for name, words in MEASURED_ON.items() if name in metrics]
    return f"{shown}, {rows[0]}" if shown and rows else shown


def _metric(metrics: Mapping[str, Any]) -> str:
    for name, sentence in METRICS.items():
        if name in metrics:
            try:
                return sentence.format(**metrics)
            except KeyError:
                return f"{name} {metrics[name]}"
    return ", ".join(f"{name} {value}" for name, value in metrics.items())


def _cell(text: str) -> str:
    """One line in which no sign ends the cell."""
    return " ".join(text.split()).replace("|", "\\|")
