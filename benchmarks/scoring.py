"""
`python -m benchmarks.scoring`: `make score` beside what one would use instead, on the same file.

The four samples and a forest of 200 trees, each over a CSV, against pandas and scikit-learn in one process and against
requests of 1,000 rows to the local API, which a client sends one after the other; two clients at a time are beside it,
which take the cores that `make score` has, and nothing is promised of them. What is compared runs in turns, so that a
busy machine is busy for all; the ratios are medians. The table is put into the page `score` of the toolkit.
"""

import argparse
import csv
import dataclasses
import http.client
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import joblib
import numpy as np
import pandas as pd
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

import sparely_toolkit
from benchmarks import REPOSITORY
from benchmarks.local_api.speed import running
from benchmarks.marks import write_between
from benchmarks.results import circumstances_line
from sparely.batch.flat import columns_of
from sparely.bundle import read_bundles
from sparely.manifest import Feature, Manifest
from sparely_export import Candidate, DataSource, write_model
from sparely_export import Feature as ExportedFeature
from sparely_toolkit.local.template import read_built
from sparely_toolkit.score.asked import Options, target_of
from sparely_toolkit.score.process import Target
from sparely_toolkit.score.run import run
from tests.support.samples import SAMPLES
from tests.support.services import built

DOCUMENT = Path(sparely_toolkit.__file__).relative_to(REPOSITORY).with_name("docs") / "score.md"
PANDAS = Path(__file__).with_name("scoring_pandas.py")
FOREST = "trees/forest"
MODEL = "model.joblib"
TREES, FOREST_FEATURES = 200, 12
ROWS, FOREST_ROWS = 1_000_000, 500_000
JOBS = 2
ROWS_A_REQUEST = 1_000
PAIRS = 7
FEWEST_JUDGED = 5
"""Of fewer pairs a median says nothing, so no promise is judged by them."""
PROMISES = {"pandas": 3.0, "forest": 1.8, "api": 8.0}


class Compared(NamedTuple):
    """
    A model over a file.

    Attributes:
        seconds: of `make score`, by pair.
        pandas: how many times as long pandas takes, by pair.
        api: how many times as many rows a second are scored as answered by the local API one request after the other.
        beside: the same of as many requests at a time as `make score` has processes.
        peak_mb: the most that one of its processes took, in MB of 2**20 bytes with its libraries' files, by pair.
    """

    rows: int
    seconds: list[float]
    pandas: list[float]
    api: list[float]
    beside: list[float]
    peak_mb: list[int]


def main() -> int:
    """Measure, write the table, and say what is broken; 1 where something is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=__doc__)
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"below {FEWEST_JUDGED} nothing is judged")
    parser.add_argument("--rows", type=int, default=ROWS, help="of the samples' files")
    parser.add_argument("--forest-rows", type=int, default=FOREST_ROWS, help="of the forest's")
    parser.add_argument("--only", help="one of the models, such as " + FOREST)
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {DOCUMENT} is written")
    options = parser.parse_args()
    return report(options.pairs, options.rows, options.forest_rows, options.output, options.only)


def report(pairs: int, rows: int, forest_rows: int, output: Path, only: str | None = None) -> int:
    """The same."""
    compared = measure(pairs, rows, forest_rows, only)
    how = f"{circumstances_line()}; {JOBS} processes, medians of {pairs} pairs, by `python -m benchmarks.scoring`."
    text = f"{table(compared)}\n\n{how}"
    print(text)
    if (output / DOCUMENT).is_file():
        write_between(output / DOCUMENT, "scoring", text)
    broken = [*broken_promises(compared)] if pairs >= FEWEST_JUDGED else []
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return 1 if broken else 0


def measure(pairs: int, rows: int, forest_rows: int, only: str | None = None) -> dict[str, Compared]:
    """By model, what is compared."""
    project = built()
    function = read_built(project).function
    found = {}
    with tempfile.TemporaryDirectory() as scratch, running(project, JOBS) as server:
        for path, fit in SAMPLES.items():
            if only in (None, path):
                (bundle,) = [each for each in read_bundles(project.models) if each.path == path]
                joblib.dump(fit().estimator, Path(scratch) / MODEL)
                target = target_of(project, function, path)
                ask = partial(api_rate, server.port, path, bundle.manifest)
                found[path] = _compare(Path(scratch), target, bundle.manifest, rows, pairs, ask)
    if only in (None, FOREST):
        with tempfile.TemporaryDirectory() as scratch:
            artifact = Path(scratch) / "package"
            shutil.copytree(function.artifact, artifact)
            _put_forest(artifact / "models", Path(scratch) / MODEL)
            (bundle,) = [each for each in read_bundles(artifact / "models") if each.path == FOREST]
            area, _, name = FOREST.partition("/")
            columns = columns_of(bundle.predictions)
            target = Target(dataclasses.replace(function, artifact=artifact), area, name, {name: columns}, {name: {}})
            found[FOREST] = _compare(Path(scratch), target, bundle.manifest, forest_rows, pairs, None)
    return found


def _compare(
    folder: Path, target: Target, manifest: Manifest, rows: int, pairs: int, ask: Callable[[int], float] | None
) -> Compared:
    file = folder / "rows.csv"
    write_rows(file, manifest.features, rows)
    compared = Compared(rows, [], [], [], [], [])
    texts = ",".join(each.name for each in manifest.features if each.type == "string")
    names = ",".join(each.name for each in manifest.features)
    for _ in range(pairs):
        call = [sys.executable, str(PANDAS), str(folder / MODEL), str(file), str(folder / "answers.csv")]
        instead = float(subprocess.run([*call, texts, names], capture_output=True, text=True, check=True).stdout)
        summary = run(target, Options(file, jobs=JOBS, force=True))
        if summary.refused:
            raise RuntimeError(f"{summary.refused} rows of {manifest.path} have no answer.")
        compared.seconds.append(summary.seconds)
        compared.peak_mb.append(summary.peak_memory_mb)
        compared.pandas.append(instead / summary.seconds)
        if ask:
            compared.api.append(rows / summary.seconds / ask(1))
            compared.beside.append(rows / summary.seconds / ask(JOBS))
        ratios = ", ".join(f"{ratio[-1]:.2f}" for ratio in (compared.pandas, compared.api, compared.beside) if ratio)
        print(f"{manifest.path}: {summary.seconds:.2f} s, {ratios}", file=sys.stderr, flush=True)
    return compared


def write_rows(file: Path, features: Sequence[Feature], count: int) -> None:
    """A CSV of rows within what training saw, with a number before them."""
    draw = random.Random(0)
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["id", *(each.name for each in features)])
        writer.writerows([number, *row_of(draw, features).values()] for number in range(count))


def row_of(draw: random.Random, features: Sequence[Feature]) -> dict[str, Any]:
    """One of them."""
    return {
        each.name: draw.choice(sorted(each.categories))
        if each.type == "string"
        else round(draw.uniform(each.minimum or 0, each.maximum or 1), 3)
        for each in features
    }


def api_rate(port: int, path: str, manifest: Manifest, clients: int, requests: int = 20) -> float:
    """Rows a second of requests of 1,000 rows; of each client one after the other."""
    draw = random.Random(0)
    body = json.dumps({"instances": [row_of(draw, manifest.features) for _ in range(ROWS_A_REQUEST)]})

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(requests):
            connection.request("POST", f"/predict/{path}", body, {"content-type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(f"The local API answers {answer.status}.")
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(clients)]
    began = time.monotonic()
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    return clients * requests * ROWS_A_REQUEST / (time.monotonic() - began)


def _put_forest(models: Path, file: Path) -> None:
    """A forest below a models folder, and as scikit-learn has it."""
    inputs, labels = make_classification(4_000, FOREST_FEATURES, n_informative=8, random_state=0)
    names = [f"f{number}" for number in range(FOREST_FEATURES)]
    rows = pd.DataFrame(np.round(inputs, 3), columns=names).assign(label=np.where(labels, "yes", "no"))
    training, held_out = rows[:3_000], rows[3_000:3_200]
    estimator = RandomForestClassifier(TREES, max_depth=8, random_state=0)
    estimator.fit(training[names], training["label"])
    joblib.dump(estimator, file)
    area, _, name = FOREST.partition("/")
    candidate = Candidate.of_frames(
        estimator,
        training,
        held_out,
        area=area,
        name=name,
        description="A forest of rows that are drawn.",
        steps="RandomForestClassifier",
        features=[ExportedFeature(name=each) for each in names],
        target="label",
        data=DataSource("drawn", "sklearn.datasets.make_classification", len(rows)),
    )
    write_model(candidate, models)


def table(compared: dict[str, Compared]) -> str:
    """Of all that was compared."""
    lines = [
        "| model | rows | seconds | rows a second | pandas takes, times | local API, times | two at a time "
        "| MB a process |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for path, each in compared.items():
        seconds = median(each.seconds)
        api, beside = (f"{median(ratios):.1f}" if ratios else "–" for ratios in (each.api, each.beside))
        rate, ratio = f"{each.rows / seconds:,.0f}", f"{median(each.pandas):.1f}"
        cells = (path, f"{each.rows:,}", f"{seconds:.2f}", rate, ratio, api, beside, f"{max(each.peak_mb)}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def broken_promises(compared: dict[str, Compared]) -> Iterator[str]:
    """A sentence for each ratio below what is promised."""
    for path, each in compared.items():
        promised = PROMISES["forest" if path == FOREST else "pandas"]
        if (ratio := median(each.pandas)) < promised:
            yield f"{path}: pandas takes {ratio:.2f} times as long; {promised:g} are promised."
        if each.api and (ratio := median(each.api)) < PROMISES["api"]:
            yield f"{path}: {ratio:.2f} times the rows of the local API; {PROMISES['api']:g} are promised."


if __name__ == "__main__":
    sys.exit(main())
