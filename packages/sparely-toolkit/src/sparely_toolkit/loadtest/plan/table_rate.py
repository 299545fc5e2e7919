"""How fast a built package scores rows of a table, measured in a process that sees nothing but it."""

from dataclasses import dataclass
from pathlib import Path

from sparely.bundle import read_bundles
from sparely_toolkit.local.settings import FunctionSettings
from sparely_toolkit.package import table_probe
from sparely_toolkit.package.profile import check_machine, run_inside
from sparely_toolkit.problems import ExitCode, Problem

ROWS, SECONDS = 10_000, 3.0


class NoSuchModel(Problem):
    """The service has none of this name."""

    exit_code = ExitCode.WRONG_CALL


@dataclass(frozen=True, slots=True)
class TableRate:
    """
    What one core of this machine does.

    Attributes:
        model: `area/name`.
        row_bytes: of a row of a CSV of the model's golden rows, with an id.
        answer_bytes: of its answer, with the id.
    """

    model: str
    rows_a_second: float
    row_bytes: float
    answer_bytes: float


def measure(function: FunctionSettings, models: Path, path: str | None) -> TableRate:
    """
    Score golden rows of a model, the first of the service where none is named.

    Raises:
        NoSuchModel: there is none of this name.
        ProfileError: the package does not run here.
    """
    check_machine(function.artifact)
    bundles = {each.path: each for each in read_bundles(models)}
    path = path or next(iter(bundles))
    if path not in bundles:
        raise NoSuchModel(f'There is no model "{path}" here; there is {", ".join(bundles)}.')
    bundle = bundles[path]
    asked = {
        "handler": function.handler,
        "area": bundle.area,
        "model": bundle.name,
        "instances": [dict(each) for each in bundle.instances],
        "rows": ROWS,
        "seconds": SECONDS,
    }
    figures = run_inside(function.artifact, Path(table_probe.__file__), asked, "The package scores no table here")
    return TableRate(path, **{name: float(value) for name, value in figures.items()})
