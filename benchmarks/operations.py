"""`python -m benchmarks.operations`: how long the engine that ships opens a model of so many operations."""

import argparse
import time
from statistics import median

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer

from sparely.engine import Session
from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.inputs import inputs_of

COLUMNS = (25, 50, 100, 150, 200, 250, 300)
ROUNDS = 3


def opened(columns: int) -> tuple[int, float]:
    """Return the operations of a model with a step for each of so many columns, and the median ms to open it."""
    values = np.random.default_rng(0).normal(size=(60, columns))
    steps = [(f"x{place}", PowerTransformer(), [place]) for place in range(columns)]
    model = make_pipeline(ColumnTransformer(steps), Ridge()).fit(values, values[:, 0])
    features = [Feature(name=f"x{place}") for place in range(columns)]
    converted = convert(model, inputs_of(features, "FP64", by_column=False), "operations", double=True)
    content, times = converted.content, []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        Session(content).close()
        times.append((time.perf_counter() - started) * 1e3)
    return len(converted.proto.graph.node), median(times)


def main() -> None:
    """Print a line for each number of columns."""
    argparse.ArgumentParser(prog="python -m benchmarks.operations", description=__doc__).parse_args()
    print("| steps | operations | opens in ms |\n|---|---|---|")
    for columns in COLUMNS:
        count, took = opened(columns)
        print(f"| {columns} | {count} | {took:.0f} |", flush=True)


if __name__ == "__main__":
    main()
