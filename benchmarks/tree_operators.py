"""
`python -m benchmarks.tree_operators`: trees as ONNX' older operators and as its newer one, by their size; a table.

The older ones are as they are written where the newer one is not: from 2,000 nodes on without weights of 0. Each model
is opened, and asked one row, by the engine that ships: which size makes which operator worth it.
"""

import argparse
import time
from array import array
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor

from sparely.engine import Session, Tensor
from sparely_export.conversion import Converted, convert
from sparely_export.features import Feature
from sparely_export.inputs import inputs_of
from sparely_export.trees import shrinking
from sparely_export.trees.size import nodes_written

FEATURES, ROWS, ROUNDS, ASKED = 7, 2_000, 15, 300
LEAVES = 32
FITS: dict[str, Callable[[int], Any]] = {
    "regression forest": lambda trees: RandomForestRegressor(trees, max_leaf_nodes=LEAVES, random_state=0),
    "forest of three classes": lambda trees: RandomForestClassifier(trees, random_state=0),
    "forest of two classes, leaves of 5": lambda trees: RandomForestClassifier(
        trees, min_samples_leaf=5, random_state=0
    ),
    "boosting of two classes": lambda trees: GradientBoostingClassifier(
        n_estimators=trees, max_leaf_nodes=LEAVES, max_depth=None, random_state=0
    ),
}
TREES = (1, 4, 16, 64, 256, 1024)


def converted(kind: str, trees: int, rows: np.ndarray) -> tuple[Converted, Converted]:
    """The same model with the older operators and with the newer one."""
    truth = rows[:, 0] + np.sin(3 * rows[:, 1]) + rows[:, 2] * rows[:, 3]
    target = {"regression forest": truth, "forest of three classes": np.digitize(truth, [-1, 1])}.get(kind, truth > 0)
    model, inputs = FITS[kind](trees).fit(rows, target), inputs_of([Feature(name=f"f{i}") for i in range(FEATURES)])
    before, made = (shrinking.LEAST_NODES, shrinking.MOST_ROOTS), []
    try:
        for shrinking.LEAST_NODES, shrinking.MOST_ROOTS in ((before[0], 0), (0, 10**12)):
            made.append(convert(model, inputs, "trees"))
    finally:
        shrinking.LEAST_NODES, shrinking.MOST_ROOTS = before
    older, newer = made
    return older, newer


def open_ms(content: bytes) -> float:
    """Processor time of opening a model once."""
    started = time.process_time()
    session = Session(content)
    taken = time.process_time() - started
    with session:
        return taken * 1000


def row_us(content: bytes, row: np.ndarray) -> float:
    """Time of one row, the median of many."""
    with Session(content) as session:
        tensor = Tensor(session.inputs[0].element_type, row.shape, array("f", row.ravel().tolist()))
        times = []
        for _ in range(ASKED):
            started = time.perf_counter()
            session.run({session.inputs[0].name: tensor})
            times.append(time.perf_counter() - started)
    return median(times) * 1e6


def lines() -> Iterator[str]:
    """A line for each kind and size."""
    yield "| trees | nodes | kB | | open, ms | | one row, us | |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    rows = np.random.default_rng(0).normal(size=(ROWS, FEATURES)).astype(np.float32)
    for kind in FITS:
        for trees in TREES:
            both = converted(kind, trees, rows)
            contents = [each.content for each in both]
            opened: list[list[float]] = [[], []]
            asked: list[list[float]] = [[], []]
            for _ in range(ROUNDS):
                for place, content in enumerate(contents):
                    opened[place].append(open_ms(content))
                    asked[place].append(row_us(content, rows[:1]))
            sizes = " | ".join(f"{len(content) / 1000:,.0f}" for content in contents)
            times = " | ".join(f"{median(each):.2f}" for each in opened)
            each_row = " | ".join(f"{median(each):.1f}" for each in asked)
            yield f"| {kind} | {nodes_written(both[0].proto):,} | {sizes} | {times} | {each_row} |"


def main() -> None:
    """Print the table: older operators left, the newer one right."""
    argparse.ArgumentParser(prog="python -m benchmarks.tree_operators", description=__doc__).parse_args()
    for line in lines():
        print(line, flush=True)


if __name__ == "__main__":
    main()
