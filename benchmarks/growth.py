"""
`python -m benchmarks.growth`: how init, memory, package and time grow with models, bytes, features and rows.

Each curve is of copies of the built service in which one thing is more; all are started under AWS' runtime interface
emulator in turns, in alternating order. With --write the tables go into docs/growth.md.
"""

import argparse
import json
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
from benchmarks.growth_models import forest_of, sum_of
from benchmarks.marks import write_between
from benchmarks.packages import runtime_client
from benchmarks.processor import off_the_function_core
from benchmarks.results import circumstances_line
from benchmarks.service import built_artifact, event_of
from sparely.archive import to_text, versioned
from sparely.bundle import GOLDEN, MANIFEST, MODEL, read_golden, sha256
from sparely.index import write_index
from sparely_toolkit.package.measure import weigh
from tests.support.services import baked

DOCUMENT = REPOSITORY / "docs" / "growth.md"
HANDLER = "handler.app.lambda_handler"
MODELS = (1, 4, 20, 100, 500)
MEGABYTES = (0.1, 1, 10, 100, 400)
FEATURES = (7, 100, 2000)
ROWS = (1, 10, 100, 1000)
SHORTER = {"megabytes": 100.0}
"""The largest that is made unless --all is given: the forest of 400 MB takes minutes and 6 GB to make."""
ROUNDS = 5
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


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of a point: times in ms, memory in MB of 2**20 bytes, before and after the requests."""

    size: float
    zip_mb: float
    init_ms: float
    first_ms: float
    warm_ms: float
    started_mb: float
    served_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print or write the tables; 1 where many models cost more at init than is promised."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as scratch, off_the_function_core():
        curves = {
            name: measure(list(points(Path(scratch) / name, options)), options.rounds)
            for name, points in CURVES.items()
            if name in options.curves
        }
    text = page(curves)
    if options.write:
        write_between(DOCUMENT, "growth", text)
    print(text)
    return 1 if _costs_too_much(curves.get("models", [])) else 0


def of_models(scratch: Path, options: argparse.Namespace) -> Iterator[Point]:
    """1 to 500 small models: copies of the samples under other names, each of which answers its golden row."""
    for count in MODELS:
        artifact = copied(scratch / str(count))
        put_copies(artifact / "models", count)
        yield Point(count, artifact, event_to(artifact, *first_model(artifact)))


def of_bytes(scratch: Path, options: argparse.Namespace) -> Iterator[Point]:
    """One forest of 0.1 to 400 MB."""
    most = max(MEGABYTES) if options.all else SHORTER["megabytes"]
    for megabytes in (each for each in MEGABYTES if each <= most):
        artifact, content = copied(scratch / str(megabytes)), forest_of(int(megabytes * 1e6))
        put_one(artifact, content, 7)
        yield Point(round(len(content) / 1e6, 2), artifact, event_to(artifact, "growth", "one"))


def of_features(scratch: Path, options: argparse.Namespace) -> Iterator[Point]:
    """One model of 7 to 2,000 columns."""
    for features in FEATURES:
        artifact = copied(scratch / str(features))
        put_one(artifact, sum_of(features), features)
        yield Point(features, artifact, event_to(artifact, "growth", "one"))


def of_rows(scratch: Path, options: argparse.Namespace) -> Iterator[Point]:
    """Requests of 1 to 1,000 rows to a sample model."""
    artifact = copied(scratch / "rows")
    area, name = first_model(artifact)
    for rows in ROWS:
        yield Point(rows, artifact, event_to(artifact, area, name, rows))


Curve = Callable[[Path, argparse.Namespace], Iterator[Point]]
CURVES: Mapping[str, Curve] = {"models": of_models, "bytes": of_bytes, "features": of_features, "rows": of_rows}
HEADS = {"models": "models", "bytes": "model, MB", "features": "features", "rows": "rows a request"}
SLOPES = {
    "models": ("a model", 1.0),
    "bytes": ("a MB", 1.0),
    "features": ("100 features", 100.0),
    "rows": ("100 rows", 100.0),
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
        started_mb = function.peak_memory_mb()
        for _ in range(1 + WARM):
            _ask(function, point.event)
        _, first_ms, *warm_ms = function.durations_ms()
        return function.init_ms(), first_ms, statistics.median(warm_ms), started_mb, function.peak_memory_mb()


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


def page(curves: Mapping[str, Sequence[Measured]]) -> str:
    """The tables, each with its slope: what the last size takes more than the first, by how much it is more."""
    parts = [circumstances_line()]
    for name, measured in curves.items():
        head = f"| {HEADS[name]} | zip, MB | init, ms | first request, ms | warm p50, ms | started, MB | served, MB |"
        rows = [
            f"| {each.size:g} | {each.zip_mb:.1f} | {each.init_ms:.0f} | {each.first_ms:.2f} | {each.warm_ms:.2f} "
            f"| {each.started_mb:.1f} | {each.served_mb:.1f} |"
            for each in measured
        ]
        parts.append("\n".join([f"### By {HEADS[name].partition(',')[0]}", "", head, "|" + " ---: |" * 7, *rows]))
        parts.append(_slope(name, measured[0], measured[-1]))
    return "\n\n".join(parts)


def _slope(name: str, first: Measured, last: Measured) -> str:
    what, unit = SLOPES[name]

    def more(figure: str) -> float:
        return float(getattr(last, figure) - getattr(first, figure)) * unit / (last.size - first.size)

    return (
        f"From {first.size:g} to {last.size:g}, {what}: init {more('init_ms'):.3f} ms, warm request "
        f"{more('warm_ms'):.4f} ms, memory {more('started_mb'):.3f} MB at start and {more('served_mb'):.3f} MB later."
    )


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
    parser.add_argument("--write", action="store_true", help="write docs/growth.md")
    parser.add_argument("--all", action="store_true", help="make the largest model too, which takes minutes and 6 GB")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="starts of each package")
    parser.add_argument("--curves", nargs="+", choices=CURVES, default=list(CURVES), help="only these")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
