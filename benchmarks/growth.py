"""
`python -m benchmarks.growth`: how init, memory, package and time grow with models, bytes, features and rows.

Each curve is of copies of the built service in which one thing is more; all are started under AWS' runtime interface
emulator in turns, in alternating order, and measured by processor time, which neighbours hardly change. With --write
tables and pictures go into docs/, as `make bench` does it too.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import REPOSITORY
from benchmarks.emulator import Emulator
from benchmarks.growth_models import forest_of, shrunk, sum_of
from benchmarks.growth_page import Measured, page, pictures
from benchmarks.marks import write_between
from benchmarks.packages import runtime_client
from benchmarks.processor import off_the_function_core
from benchmarks.service import built_artifact, event_of
from sparely.archive import to_text, versioned
from sparely.bundle import GOLDEN, MANIFEST, MODEL, read_golden, sha256
from sparely.index import write_index
from sparely_toolkit.package.measure import weigh
from tests.support.services import baked

DOCUMENT = Path("docs", "growth.md")
IMAGES = Path("docs", "images")
HANDLER = "handler.app.lambda_handler"
MODELS = (1, 4, 20, 100, 500)
MEGABYTES = (0.1, 1, 10, 100, 400)
FEATURES = (7, 100, 2000)
ROWS = (1, 10, 100, 1000)
ROUNDS = 5
FEWEST_JUDGED = 3
"""Of fewer rounds a median says nothing, so no promise is judged by them."""
WARM = 40
MOST_INIT_MS = 20.0
MOST_MEMORY_MB = 25.0
"""What 500 models may take more than four, before one is asked."""


@dataclass(frozen=True, slots=True)
class Point:
    """One size of one curve: a package, and the request that it is asked again and again."""

    size: float
    artifact: Path
    event: bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print or write the page; 1 where many models cost more at init than is promised."""
    options = _options(arguments)
    return run(options.rounds, options.megabytes, options.curves, REPOSITORY if options.write else None)


def run(rounds: int, megabytes: float, names: Sequence[str], output: Path | None) -> int:
    """
    Measure, print, and write the page with its pictures where the document is there.

    Args:
        megabytes: of the largest model that is made.
        names: of the curves.
        output: the folder whose docs/ is written, if any.
    """
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch, off_the_function_core():
        curves = {
            name: measure(list(points(Path(scratch) / name, megabytes)), rounds)
            for name, points in CURVES.items()
            if name in names
        }
    text = page(curves, busy)
    print(text)
    if output and (output / DOCUMENT).is_file():
        (output / IMAGES).mkdir(parents=True, exist_ok=True)
        for name, drawn in pictures(curves).items():
            (output / IMAGES / name).write_text(drawn, "utf-8")
        write_between(output / DOCUMENT, "growth", text)
    return 1 if rounds >= FEWEST_JUDGED and _costs_too_much(curves.get("models", [])) else 0


def of_models(scratch: Path, megabytes: float) -> Iterator[Point]:
    """1 to 500 small models: copies of the samples under other names, each of which answers its golden row."""
    for count in MODELS:
        artifact = copied(scratch / str(count))
        put_copies(artifact / "models", count)
        yield Point(count, artifact, event_to(artifact, *first_model(artifact)))


def of_bytes(scratch: Path, megabytes: float) -> Iterator[Point]:
    """One forest of 0.1 to 400 MB by the older tree operator."""
    return _of_forests(scratch, megabytes, forest_of)


def of_written(scratch: Path, megabytes: float) -> Iterator[Point]:
    """The same forests in as many bytes as `make add-model` writes for them."""
    return _of_forests(scratch, megabytes, lambda size_bytes: shrunk(forest_of(size_bytes)))


def _of_forests(scratch: Path, megabytes: float, made: Callable[[int], bytes]) -> Iterator[Point]:
    for size in (each for each in MEGABYTES if each <= megabytes):
        artifact, content = copied(scratch / str(size)), made(int(size * 1e6))
        put_one(artifact, content, 7)
        yield Point(round(len(content) / 1e6, 2), artifact, event_to(artifact, "growth", "one"))


def of_features(scratch: Path, megabytes: float) -> Iterator[Point]:
    """One model of 7 to 2,000 columns."""
    for features in FEATURES:
        artifact = copied(scratch / str(features))
        put_one(artifact, sum_of(features), features)
        yield Point(features, artifact, event_to(artifact, "growth", "one"))


def of_rows(scratch: Path, megabytes: float) -> Iterator[Point]:
    """Requests of 1 to 1,000 rows to a sample model."""
    artifact = copied(scratch / "rows")
    area, name = first_model(artifact)
    for rows in ROWS:
        yield Point(rows, artifact, event_to(artifact, area, name, rows))


Curve = Callable[[Path, float], Iterator[Point]]
CURVES: Mapping[str, Curve] = {
    "models": of_models,
    "bytes": of_bytes,
    "written": of_written,
    "features": of_features,
    "rows": of_rows,
}


def measure(points: Sequence[Point], rounds: int) -> list[Measured]:
    """Start every point `rounds` times, in turns and alternating order."""
    runs: dict[float, list[tuple[float, ...]]] = {point.size: [] for point in points}
    for number in range(rounds):
        for point in points if number % 2 == 0 else reversed(points):
            runs[point.size].append(_run(point))
    weights = {point.artifact: weigh(point.artifact).zipped / 1e6 for point in points}
    return [
        Measured(point.size, weights[point.artifact], *map(statistics.median, zip(*runs[point.size], strict=True)))
        for point in points
    ]


def _run(point: Point) -> tuple[float, ...]:
    with Emulator(point.artifact, HANDLER, runtime_client()) as function:
        _ask(function, b'{"warmup": true}')  # which starts it and asks no model
        init_ms, started_mb = function.processor_ms(), function.peak_memory_mb()
        first_ms, *warm_ms = [_took_ms(function, point.event) for _ in range(1 + WARM)]
        return init_ms, first_ms, statistics.median(warm_ms), started_mb, function.peak_memory_mb()


def _took_ms(function: Emulator, event: bytes) -> float:
    """Processor time of one request, the runtime client's part among it."""
    before_ms = function.processor_ms()
    _ask(function, event)
    return function.processor_ms() - before_ms


def _ask(function: Emulator, event: bytes) -> None:
    answer, _ = function.invoke(event)
    if answer.get("statusCode", 200) != 200:
        raise ValueError(f"The answer is {answer}.")


def copied(artifact: Path) -> Path:
    """The built service, in a folder of its own that may be changed."""
    shutil.copytree(built_artifact(), artifact)
    return artifact


def put_copies(models: Path, count: int) -> None:
    """Leave `count` models: the samples, or some of them, and copies under other names in areas of 50."""
    samples = sorted(file.parent for file in models.glob(f"*/*/{MANIFEST}"))
    for number in range(count - len(samples)):
        source = samples[number % len(samples)]
        folder = models / f"area-{number // 50:02}" / f"model-{number:03}"
        shutil.copytree(source, folder)
        document = json.loads((source / MANIFEST).read_text("utf-8"))
        document |= {"area": folder.parent.name, "name": folder.name}
        (folder / MANIFEST).write_bytes(to_text(versioned(document)))
    for folder in samples[count:]:
        shutil.rmtree(folder)
    for area in models.iterdir():
        if area.is_dir() and not any(area.iterdir()):
            area.rmdir()
    write_index(str(models))


def put_one(artifact: Path, content: bytes, features: int) -> None:
    """Leave one model of `features` numbers, whose answer is one number."""
    shutil.rmtree(artifact / "models")
    folder = artifact / "models" / "growth" / "one"
    folder.mkdir(parents=True)
    (folder / MODEL).write_bytes(content)
    names = [f"x{number}" for number in range(features)]
    document = {
        "format": 1,
        "name": "one",
        "area": "growth",
        "kind": "regressor",
        "features": [
            {"name": name, "type": "number", "unit": "", "required": True, "null": "refused"} for name in names
        ],
        "inputs": [{"name": "features", "datatype": "FP32", "features": names}],
        "outputs": {"value": "variable"},
        "onnx": {"sha256": sha256(content).hexdigest()},
    }
    (folder / MANIFEST).write_bytes(to_text(versioned(document)))
    golden = {"instances": [dict.fromkeys(names, 0.5)], "predictions": [{"value": 0.0}]}
    (folder / GOLDEN).write_text(json.dumps(golden), "utf-8")


def first_model(artifact: Path) -> tuple[str, str]:
    """Area and name of the first model of a package."""
    folder = min(file.parent for file in (artifact / "models").glob(f"*/*/{MANIFEST}"))
    return folder.parent.name, folder.name


def event_to(artifact: Path, area: str, name: str, rows: int = 1) -> bytes:
    """The event of an HTTP API that asks a model for its first golden row, several times if so wanted."""
    event = event_of(baked(), "clinic", "high-risk")
    event |= {"rawPath": f"/predict/{area}/{name}", "pathParameters": {"area": area, "model": name}}
    row = read_golden(artifact / "models" / area / name)[0][0]
    return json.dumps({**event, "body": json.dumps({"instances": [row] * rows})}).encode()


def _costs_too_much(measured: Sequence[Measured]) -> bool:
    by_size = {each.size: each for each in measured}
    if not {4, 500} <= by_size.keys():
        return False
    few, many = by_size[4], by_size[500]
    more_ms, more_mb = many.init_ms - few.init_ms, many.started_mb - few.started_mb
    if more_ms <= MOST_INIT_MS and more_mb <= MOST_MEMORY_MB:
        return False
    print(
        f"500 models take {more_ms:.0f} ms and {more_mb:.0f} MB more at init than four; promised are "
        f"{MOST_INIT_MS:g} ms and {MOST_MEMORY_MB:g} MB.",
        file=sys.stderr,
    )
    return True


def _options(arguments: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/growth.md and its pictures")
    parser.add_argument(
        "--megabytes", type=float, default=max(MEGABYTES), help="the largest model; 400 takes minutes and 6 GB to make"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="starts of each package")
    parser.add_argument("--curves", nargs="+", choices=CURVES, default=list(CURVES), help="only these")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
