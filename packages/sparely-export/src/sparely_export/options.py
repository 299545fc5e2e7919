"""The command line of an export."""

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sparely.package_size import IMAGE, ZIP
from sparely_export.refusals import WRONG_CALL, Refusal
from sparely_export.serving_cost import MOST_OPEN_MS, MOST_ROW_MS

if TYPE_CHECKING:
    from sparely_export.registries.fetched import Fetched
    from sparely_export.signature import Column

DESCRIPTION = "Convert a fitted model, compare it with its estimator, and write it: sparely docs add-a-model."


MOST_SECONDS = 900
SHARE = 1e-5
ASKED = ("classifier", "multilabel", "regressor", "multi-regressor")
"""What `--kind` takes."""


class UnknownFeature(Refusal):
    """An option names a feature that the model does not take."""

    exit_code = WRONG_CALL

    def __init__(self, option: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f'{option} names "{name}"; the model takes {", ".join(known)}.')


class WrongNumber(Refusal):
    """A limit or a tolerance is a number by which nothing could pass, or everything would."""

    exit_code = WRONG_CALL

    def __init__(self, option: str, number: float, expected: str) -> None:
        super().__init__(f"{option} is {number:g}; expected a number {expected}.")


class UnknownKind(Refusal):
    """What the numbers of a file are said to be is nothing that a service gives."""

    exit_code = WRONG_CALL

    def __init__(self, kind: str) -> None:
        super().__init__(f'--kind is "{kind}"; expected one of {", ".join(ASKED)}.')


class Allowed(NamedTuple):
    """What a caller allows: a share of each expected number, and with `absolute` a distance; else by the scale."""

    absolute: float | None = None
    relative: float = SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    What is asked for, on the command line or by a call.

    Attributes:
        file, data: where model and rows are read; None where the caller has them in memory.
        models: the folder of <area>/<name>/ that is written to, with the models that the new one must agree with.
        bundle: the one file that is written instead.
        package: zip or image, as the service that gets the model is deployed; None where that is not known.
        code: the folder in which `steps` finds the modules that it imports.
        address, record: of a model in a registry, and of one that was fetched before; `fetched` is what either says.
    """

    file: Path | None
    area: str
    name: str
    data: Path | None
    targets: tuple[str, ...]
    description: str | None
    source: str
    units: Mapping[str, str]
    nulls: Mapping[str, str]
    labels: tuple[str, ...]
    trusted: tuple[str, ...]
    tolerance: Allowed
    models: Path | None = None
    bundle: Path | None = None
    package: str | None = None
    kind: str | None = None
    most_seconds: float = MOST_SECONDS
    most_open_ms: float = MOST_OPEN_MS
    most_row_ms: float = MOST_ROW_MS
    steps: Path | None = None
    prepared: Path | None = None
    code: Path | None = None
    address: str | None = None
    record: Path | None = None
    fetched: "Fetched | None" = None

    @property
    def path(self) -> str:
        """The model's name with its area."""
        return f"{self.area}/{self.name}"

    @property
    def columns(self) -> "tuple[Column, ...]":
        """What the model's signature takes, where a registry has one."""
        return self.fetched.columns if self.fetched else ()

    @property
    def data_name(self) -> str:
        """What the catalogue calls the rows."""
        return self.data.stem if self.data else "rows"

    @property
    def modules(self) -> Path:
        """Where the steps' own modules lie: the service's src/, or beside the steps."""
        if self.code:
            return self.code
        return self.models.parent if self.models else (self.steps or Path()).resolve().parent

    def check_numbers(self) -> None:
        """
        Check that limits and tolerances can be kept, and broken, and that a kind is one.

        Raises:
            WrongNumber: one is nan, without end, below 0, or a limit of 0.
            UnknownKind: the kind is not one of `ASKED`.
        """
        if self.kind is not None and self.kind not in ASKED:
            raise UnknownKind(self.kind)
        for option, limit in (
            ("--most-seconds", self.most_seconds),
            ("--most-open-ms", self.most_open_ms),
            ("--most-row-ms", self.most_row_ms),
        ):
            if not 0 < limit < math.inf:
                raise WrongNumber(option, limit, "above 0")
        for option, tolerance in (
            ("--absolute-tolerance", self.tolerance.absolute),
            ("--relative-tolerance", self.tolerance.relative),
        ):
            if tolerance is not None and not 0 <= tolerance < math.inf:
                raise WrongNumber(option, tolerance, "from 0 on")

    def check_features(self, known: Sequence[str]) -> None:
        """
        Check that --unit and --null name features of the model.

        Raises:
            UnknownFeature: one does not.
        """
        for option, values in (("--unit", self.units), ("--null", self.nulls)):
            for name in values:
                if name not in known:
                    raise UnknownFeature(option, name, known)


def parse(arguments: Sequence[str] | None) -> Options:
    """Read the command line; a wrong call ends the program with exit code 2. Nothing heavy is loaded for `--help`."""
    parser = argparse.ArgumentParser(prog="python -m sparely_export", description=DESCRIPTION)
    parser.add_argument(
        "file",
        help="a fitted model: .joblib .pkl .pickle .cloudpickle .skops .json .ubj .txt .cbm .pt2 .onnx, or an address "
        "in a registry: models:/NAME@ALIAS runs:/RUN/PATH s3://BUCKET/KEY hf://ORGANISATION/REPOSITORY/FILE",
    )
    parser.add_argument("--area", required=True, help="the business area, first part of the route")
    parser.add_argument("--name", required=True, help="the model's name, unique in the service")
    parser.add_argument("--data", required=True, type=Path, help="sample rows: .csv .parquet .jsonl")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--models", type=Path, metavar="DIR", help="writes DIR/AREA/NAME/")
    place.add_argument("--bundle", type=Path, metavar="FILE", help="writes one file, which add-model takes")
    parser.add_argument("--package", choices=(ZIP, IMAGE), help="what the service is deployed as (default: zip)")
    parser.add_argument("--target", default="", help="the column to predict, or several with commas between")
    parser.add_argument("--description", help="one sentence for the catalogue")
    parser.add_argument("--source", help="where the data come from (default: the file's name)")
    parser.add_argument("--unit", action="append", default=[], metavar="FEATURE=UNIT")
    parser.add_argument("--null", action="append", default=[], metavar="FEATURE=WORD", help="what null stands for")
    parser.add_argument(
        "--labels", default="", help="of an .onnx or .pt2 classifier: its classes in order, with commas"
    )
    parser.add_argument("--kind", choices=ASKED, help="of an .onnx or .pt2 file: what its numbers are")
    parser.add_argument("--trust", action="append", default=[], metavar="TYPE", help="a type in a .skops file")
    parser.add_argument("--steps", type=Path, metavar="FILE", help="own code around the model, for which ROWS are raw")
    parser.add_argument(
        "--prepared",
        type=Path,
        metavar="ROWS",
        help="the same rows as the estimator was fitted on them, to compare with",
    )
    parser.add_argument("--code", type=Path, metavar="DIR", help="where the own code finds the modules that it imports")
    parser.add_argument(
        "--fetched", type=Path, metavar="RECORD", help="what python -m sparely_export.registries wrote beside FILE"
    )
    parser.add_argument("--absolute-tolerance", type=float, metavar="X", help="by the model's own scale, if not said")
    parser.add_argument("--relative-tolerance", type=float, default=Allowed().relative, metavar="X")
    parser.add_argument("--most-seconds", type=float, default=MOST_SECONDS, metavar="S", help="for the whole export")
    parser.add_argument("--most-open-ms", type=float, default=MOST_OPEN_MS, metavar="MS", help="to open the model")
    parser.add_argument("--most-row-ms", type=float, default=MOST_ROW_MS, metavar="MS", help="to answer one row")
    values = parser.parse_args(arguments)
    if values.prepared and not values.steps:
        parser.error("--prepared goes with --steps")
    from sparely_export.registries.fetched import is_address

    options = Options(
        file=Path(values.file),
        area=values.area,
        name=values.name,
        data=values.data,
        targets=_listed(values.target),
        description=values.description,
        source=values.source or values.data.name,
        units=_pairs(parser, values.unit),
        nulls=_pairs(parser, values.null),
        labels=_listed(values.labels),
        kind=values.kind,
        most_seconds=values.most_seconds,
        most_open_ms=values.most_open_ms,
        most_row_ms=values.most_row_ms,
        trusted=tuple(values.trust),
        tolerance=Allowed(values.absolute_tolerance, values.relative_tolerance),
        models=values.models.resolve() if values.models else None,
        bundle=values.bundle.resolve() if values.bundle else None,
        package=values.package or (ZIP if values.models else None),
        steps=values.steps,
        prepared=values.prepared,
        code=values.code.resolve() if values.code else None,
        address=values.file if is_address(values.file) else None,
        record=values.fetched,
    )
    try:
        options.check_numbers()
    except WrongNumber as wrong:
        parser.error(f"{wrong}")
    return options


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _pairs(parser: argparse.ArgumentParser, entries: Sequence[str]) -> dict[str, str]:
    for entry in entries:
        if "=" not in entry:
            parser.error(f"expected FEATURE=VALUE, got {entry}")
    return dict(entry.split("=", 1) for entry in entries)
