"""
`python -m benchmarks.large_forest`: a forest of some hundred MB, fitted, exported and opened; a table of what it takes.

It needs some minutes and 10 GB of memory; `--rows` and `--trees` make it smaller.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from sparely.archive import read_archive
from sparely.bundle import MODEL
from sparely_export.trees.size import nodes_of

ROWS, TREES, FEATURES, SAMPLE = 90_000, 80, 7, 2_000


def data(rows: int) -> pd.DataFrame:
    """Rows that a forest has much to learn of; `y` is the target."""
    numbers = np.random.default_rng(0)
    table = pd.DataFrame(numbers.normal(size=(rows, FEATURES)), columns=[f"f{place}" for place in range(FEATURES)])
    noise = numbers.normal(size=rows) * 0.3
    return table.assign(y=table.f0 * 2 + np.sin(table.f1 * 3) + table.f2 * table.f3 + noise)


def fit(rows: int, trees: int, folder: Path) -> tuple[Path, Path, int]:
    """A forest's file, sample rows, and how many nodes it has."""
    table = data(rows)
    model = RandomForestRegressor(trees, n_jobs=2, random_state=0).fit(table.drop(columns="y"), table.y)
    joblib.dump(model, folder / "forest.joblib")
    table.head(SAMPLE).to_csv(folder / "rows.csv", index=False)
    return folder / "forest.joblib", folder / "rows.csv", nodes_of(model)


def export(model: Path, rows: Path, bundle: Path) -> str:
    """Export it in a process of its own, as a user does, whatever it takes to open; the report."""
    command = [sys.executable, "-m", "sparely_export", str(model), "--area", "large", "--name", "forest"]
    command += ["--data", str(rows), "--target", "y", "--bundle", str(bundle)]
    command += ["--most-open-ms", "600000", "--most-seconds", "7200"]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


SERVED = """
import re, sys, time
from array import array
from pathlib import Path
from statistics import median
from sparely.engine import Session, Tensor
def peak_mb():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000
content = Path(sys.argv[1]).read_bytes()
before = peak_mb()
started = time.process_time()
with Session(content) as session:
    opened = time.process_time() - started
    entry, width, times = session.inputs[0], int(sys.argv[2]), []
    for place in range(1000):
        row = array("f", [((place * 7 + column * 13) % 100) / 25 - 2 for column in range(width)])
        started = time.perf_counter()
        session.run({entry.name: Tensor(entry.element_type, (1, width), row)})
        times.append(time.perf_counter() - started)
    print(f"| opening it with the engine that ships | {opened:.1f} s, {peak_mb() - before:,.0f} MB beside the file |")
    print(f"| one row, p50 of 1,000 different ones | {median(times) * 1e6:.0f} us |")
"""
"""What the engine takes for it, in a process of its own."""


def main() -> None:
    """Print the table, and the export's report below it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--trees", type=int, default=TREES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        model, rows, nodes = fit(asked.rows, asked.trees, folder)
        report = export(model, rows, folder / "forest.zip")
        content = read_archive(folder / "forest.zip")[MODEL]
        (folder / MODEL).write_bytes(content)
        print(f"| nodes | {nodes:,} |\n| joblib file | {model.stat().st_size / 1e6:,.0f} MB |")
        print(f"| model.onnx | {len(content) / 1e6:,.0f} MB |", flush=True)
        del content
        subprocess.run([sys.executable, "-c", SERVED, str(folder / MODEL), str(FEATURES)], check=True)
        print(f"\n{report}")


if __name__ == "__main__":
    main()
