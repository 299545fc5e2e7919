"""An export from where the model was fitted, a notebook or a training job: `from sparely_export import export`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from os import PathLike
from pathlib import Path
from shutil import get_terminal_size
from textwrap import dedent
from typing import Any

from sparely_export import name_conflicts, report
from sparely_export.add_model import Added, make, with_words, write
from sparely_export.arguments import as_arguments
from sparely_export.features import NEVER_SENT
from sparely_export.frameworks.opening import Opened, open_file, opened_estimator
from sparely_export.given import Rows, Target, frame_of, with_target
from sparely_export.options import MOST_SECONDS, Allowed, Options
from sparely_export.precision import Progress, silent
from sparely_export.refusals import Refusal
from sparely_export.registries.fetched import is_address
from sparely_export.registries.fetching import fetched_here
from sparely_export.serving_cost import MOST_OPEN_MS, MOST_ROW_MS
from sparely_export.targets import check_target
from sparely_export.time_limit import time_limit

COLUMNS = ("feature", "type", "unit", "values", "null")


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """
    What an export has found out and written; shown as a page of text, or as a table in a notebook.

    Attributes:
        path: the bundle.
        manifest: its manifest.json, with version, features, metrics and parity.
        text: the page.
    """

    path: Path
    manifest: Mapping[str, Any]
    text: str

    def __repr__(self) -> str:
        return f"{report.wrapped(self.text, get_terminal_size().columns)}\n  written to {self.path}"

    def _repr_html_(self) -> str:
        """What a notebook shows: the features as a table, then all the rest of the page."""
        head = "".join(f"<th>{title}</th>" for title in COLUMNS)
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in self._cells())
        first, *rest = self.text.splitlines()
        place = rest.index(report.FEATURES)
        rest[place : place + 1 + len(self.manifest["features"])] = []
        about = dedent("\n".join([*rest, f"  written to {self.path}"]))
        return (
            f"<p><b>{escape(first)}</b></p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f'<pre style="white-space: pre-wrap">{escape(about)}</pre>'
        )

    def _cells(self) -> Iterator[tuple[str, ...]]:
        for each in self.manifest["features"]:
            null = each["null"]
            if isinstance(null, dict):
                shown = "allowed" if null["token"] == NEVER_SENT else f'means "{null["token"]}"'
            else:
                shown = {"nan": "allowed", "none": "allowed"}.get(null, null)
            yield each["name"], each["type"], each.get("unit", ""), report.values_of(each), shown


def export(
    model: Any,
    rows: Rows,
    path: str | PathLike[str],
    *,
    area: str,
    name: str,
    target: Target = None,
    description: str | None = None,
    source: str | None = None,
    units: Mapping[str, str] | None = None,
    nulls: Mapping[str, str] | None = None,
    labels: Sequence[str] = (),
    kind: str | None = None,
    trust: Sequence[str] = (),
    steps: str | PathLike[str] | None = None,
    prepared: Rows = None,
    code: str | PathLike[str] | None = None,
    absolute_tolerance: float | None = None,
    relative_tolerance: float = Allowed().relative,
    most_seconds: float = MOST_SECONDS,
    most_open_ms: float = MOST_OPEN_MS,
    most_row_ms: float = MOST_ROW_MS,
    progress: bool | Progress = True,
) -> Report:
    """
    Convert a fitted model, compare it with its estimator, and write it as one file that `add-model` takes.

    Example:
        export(model, X_test, "churn.zip", area="shop", name="churn", target=y_test)

    Args:
        model: the fitted estimator or pipeline, the path of a file that holds one, or its address in a registry.
        rows: some hundred rows as the model met them in training: a frame, an array of shape (n, k), a list of
            dictionaries, a series or list of texts, or a file's path.
        path: the bundle to write; an older one is replaced only if the model passes.
        area: the business area, first part of the route.
        name: the model's name, unique in the service.
        target: the column of `rows` to predict, a list of several, or the n values themselves.
        description: one sentence for the catalogue.
        source: where the data come from.
        units: a feature's unit by its name.
        nulls: the word that null stands for, by the feature's name.
        labels: of an .onnx or .pt2 classifier: its classes in order.
        kind: of an .onnx or .pt2 file: what its numbers are, such as "multilabel".
        trust: types that a .skops file may hold.
        steps: a file of own code around the model, steps.py; `rows` are raw then.
        prepared: with `steps`: the same rows as the model was fitted on them.
        code: with `steps`: the folder of the modules that it imports; otherwise its own.
        absolute_tolerance: how far an answer may be from the estimator's; by the scale of its answers, if not said.
        relative_tolerance: the same, as a share of the estimator's.
        most_seconds: how long the whole export may take.
        most_open_ms: how long the engine that ships may take to open the model here, in ms.
        most_row_ms: how long it may take for one row.
        progress: whether long steps are shown where someone looks, by rich if it is installed; or what is told of them.

    Returns:
        The report.

    Raises:
        Refusal: the model does not pass, and the message says why; nothing was written.
    """
    options = Options(
        file=None,
        area=area,
        name=name,
        data=Path(rows) if isinstance(rows, str | PathLike) else None,
        targets=(),
        description=description,
        source=source or (Path(rows).name if isinstance(rows, str | PathLike) else "rows given to export"),
        units=dict(units or {}),
        nulls=dict(nulls or {}),
        labels=tuple(labels),
        kind=kind,
        most_seconds=most_seconds,
        most_open_ms=most_open_ms,
        most_row_ms=most_row_ms,
        trusted=tuple(trust),
        tolerance=Allowed(absolute_tolerance, relative_tolerance),
        bundle=Path(path).resolve(),
        steps=Path(steps) if steps else None,
        prepared=Path(prepared) if isinstance(prepared, str | PathLike) else None,
        code=Path(code) if code else None,
        address=model if isinstance(model, str) and is_address(model) else None,
    )
    with _arguments_named(), _shown(progress, options.path) as tell:
        options.check_numbers()
        with time_limit(options.path, most_seconds, tell) as limited, fetched_here(options, limited) as complete:
            added = _made(complete, model, rows, target, prepared, limited)
        write(options, added)
    assert options.bundle
    return Report(options.bundle, added.prepared.manifest, report.page(added))


def _made(options: Options, model: Any, rows: Rows, target: Target, prepared: Rows, tell: Progress) -> Added:
    name_conflicts.check_name(options.area, options.name, None)
    opened = _opened(options.file or model, options, tell)
    tell("read the rows")
    frame = frame_of(rows, opened.estimator)
    if options.data:
        frame = with_words(replace(options, targets=with_target(frame, target)[1]), opened, frame)
    frame, targets = with_target(frame, target)
    options = replace(options, targets=targets)
    check_target(options.data or "rows", frame, targets)
    fitted = None if prepared is None or options.prepared else frame_of(prepared, opened.estimator)
    return make(options, opened, frame, fitted, tell)


def _opened(model: Any, options: Options, tell: Progress) -> Opened:
    if isinstance(model, str | PathLike):
        tell(f"open {Path(model).name}")
        return open_file(Path(model), trusted=options.trusted)
    return opened_estimator(model)


@contextmanager
def _arguments_named() -> Iterator[None]:
    """Refusals name the options of the command line; whoever calls a function knows its arguments."""
    try:
        yield
    except Refusal as refusal:
        refusal.args = tuple(as_arguments(str(each)) for each in refusal.args)
        raise


@contextmanager
def _shown(progress: bool | Progress, model: str) -> Iterator[Progress]:
    """What is told of long steps: a line that moves, where rich is installed and someone looks."""
    if callable(progress):
        yield progress
        return
    try:
        from rich.console import Console
    except ImportError:
        yield silent
        return
    console = Console(stderr=True)
    if not progress or not (console.is_terminal or console.is_jupyter):
        yield silent
        return
    with console.status(model) as status:
        yield lambda step: status.update(f"{model}: {step}")
