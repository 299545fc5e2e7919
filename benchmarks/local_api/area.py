"""
`python -m benchmarks.local_api.area [--write]`: one area call against its models called one after the other over HTTP.

An area with more models than the service has is made of copies of its own, in a copy of the built package.
"""

import argparse
import contextlib
import http.client
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.local_api.load import NoAnswer
from benchmarks.local_api.speed import DOCUMENT, report, running
from benchmarks.results import circumstances_line
from sparely.bundle import read_bundles
from sparely_toolkit.names import FUNCTION
from sparely_toolkit.project import Project
from tests.support.services import built

_WARM = 20
Rows = dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """Medians of one area in ms, and the median of their ratios, taken round by round."""

    models: int
    one_by_one_ms: float
    area_ms: float
    ratio: float


def main(arguments: list[str] | None = None) -> int:
    """Measure areas of several sizes; 1 when there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.local_api.area", description=main.__doc__)
    parser.add_argument("--models", type=int, nargs="+", default=[2, 3, 4, 6], help="sizes of the area")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.name}")
    options = parser.parse_args(arguments)
    project = built()
    return report(
        lambda: table([measure(project, count, options.rounds) for count in options.models], options.rounds),
        "speed-area",
        into_document=options.write,
    )


def measure(project: Project, count: int, rounds: int) -> Figures:
    """Ask an area of so many models in both ways, in turns, on one connection that stays open."""
    with area_of(project, count) as (template, area, rows):
        singles = [(f"/predict/{area}/{name}", _body(row)) for name, row in rows.items()]
        whole = (f"/predict/{area}", _body({feature: value for row in rows.values() for feature, value in row.items()}))
        with (
            running(project, 1, template) as server,
            contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as to,
        ):
            pairs = [(_time_ms(to, singles), _time_ms(to, [whole])) for _ in range(_WARM + rounds)][_WARM:]
    return Figures(
        count,
        statistics.median(one for one, _ in pairs),
        statistics.median(area for _, area in pairs),
        statistics.median(one / area for one, area in pairs),
    )


@contextlib.contextmanager
def area_of(project: Project, count: int) -> Iterator[tuple[Path, str, Mapping[str, Rows]]]:
    """Copy the built package and give its first area so many models; yield the template, the area, a row a model."""
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(shutil.copytree(project.built, Path(folder) / "built"))
        models = copied / FUNCTION / "models"
        area = read_bundles(models)[0].area
        own = sorted(path for path in (models / area).iterdir() if path.is_dir())
        for unwanted in own[count:]:
            shutil.rmtree(unwanted)
        for number in range(len(own), count):
            _copy(own[number % len(own)], f"copy-{number}")
        rows = {each.name: dict(each.instances[0]) for each in read_bundles(models) if each.area == area}
        yield copied / project.built_template.name, area, rows


def _copy(model: Path, name: str) -> None:
    copied = shutil.copytree(model, model.with_name(name))
    manifest = json.loads((copied / "manifest.json").read_text("utf-8"))
    (copied / "manifest.json").write_text(json.dumps({**manifest, "name": name}), "utf-8")


def _body(row: Rows) -> str:
    return json.dumps({"instances": [row]})


def _time_ms(connection: http.client.HTTPConnection, requests: Sequence[tuple[str, str]]) -> float:
    began = time.perf_counter()
    for path, body in requests:
        connection.request("POST", path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise NoAnswer(f"POST {path} is answered {answer.status}: {text[:300]!r}")
    return (time.perf_counter() - began) * 1000


def table(figures: Sequence[Figures], rounds: int) -> str:
    """Write what was measured, with date and machine."""
    lines = ["| models in the area | one after the other, ms | area call, ms | times faster |", "|---|---|---|---|"]
    lines += [
        f"| {each.models} | {each.one_by_one_ms:.2f} | {each.area_ms:.2f} | {each.ratio:.1f} |" for each in figures
    ]
    return "\n".join([*lines, "", f"{circumstances_line()}; medians of {rounds} rounds in turns, one row a request."])


if __name__ == "__main__":
    sys.exit(main())
