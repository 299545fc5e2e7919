"""`python -m sparely_toolkit.contract.readme` writes README.md's table of models anew from their manifests, between its two marks."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- models: make contract -->", "<!-- end of models -->"
# The metric shown, the first that a manifest has, with what it is to be compared with.
METRICS = {
    "accuracy": "accuracy {accuracy:.2f} (always the commonest: {accuracy_of_commonest_label:.2f})",
    "mean_absolute_error": "mean error {mean_absolute_error:.3g} (always the mean: {mean_absolute_error_of_mean:.3g})",
}

MEASURED_ON = {"held_out_rows": "on held-out rows", "given_rows": "on the rows given"}
"""By the metric that counts them; rows given to an export may be those that the model was trained on."""


def read_manifests(models: Path) -> list[dict[str, Any]]:
    """The manifests under `models`/<area>/<model>, by area and name."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(models.glob("*/*/manifest.json"))]


def renewed(text: str, manifests: Iterable[Mapping[str, Any]]) -> str:
    """The text with the table anew; all of it as it was where a mark is missing, for a README is its owner's."""
    before, began, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(manifests)}{END}{after}" if began and ended else text


def table(manifests: Iterable[Mapping[str, Any]]) -> str:
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


def main() -> None:
    """Write it; where there is no README there is nothing to do."""
    file = PROJECT / "README.md"
    if file.exists():
        file.write_text(renewed(file.read_text("utf-8"), read_manifests(PROJECT / "src" / "models")), "utf-8")


if __name__ == "__main__":
    main()
