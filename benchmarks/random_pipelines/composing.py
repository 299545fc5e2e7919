"""Steps and a model put together by chance: columns by name, place, slice or mask, nested."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn import compose, preprocessing
from sklearn.pipeline import make_pipeline

from benchmarks.random_pipelines import steps
from benchmarks.random_pipelines.models import Make, final
from benchmarks.random_pipelines.tables import Table

TARGETS = {"two": 0.32, "three": 0.2, "number": 0.28, "count": 0.04, "numbers": 0.06, "labels": 0.05, "none": 0.05}
FULL, GAPPED, MISSING = ("number", "skewed", "whole"), ("gaps", "nullable"), 0.02


def composed(random: np.random.Generator, table: Table) -> tuple[Any, str, list[str]]:
    """A pipeline, what it learns, and the columns that it is given."""

    def one(options: Sequence[Make]) -> Any:
        return options[int(random.integers(len(options)))]()

    target = str(random.choice(list(TARGETS), p=list(TARGETS.values())))
    model = final(random, target, one)
    columns = list(table.frame.columns)
    if random.random() < 0.2:
        columns = table.of(*FULL) if random.random() < 0.5 else table.of(*FULL, *GAPPED, "constant", "code", "flag")
        front = [one(steps.IMPUTERS)] if set(columns) & set(table.of(*GAPPED)) else []
        front += [one(steps.STEPS) for _ in range(int(random.integers(0, 3)))]
    else:
        front = [_columns(random, table, one)]
        front += [one(steps.STEPS)] if random.random() < 0.3 else []
    sampler = _sampler(random) if target in ("two", "three") and random.random() < 0.12 else None
    if not front and not sampler:
        return model, target, columns
    if sampler is not None:
        from imblearn.pipeline import make_pipeline as with_samplers

        return with_samplers(*front, sampler, model), target, columns
    pipeline = make_pipeline(*front, model)
    if random.random() < 0.08 and not table.of("text"):
        pipeline.set_output(transform="pandas")
    return pipeline, target, columns


def _sampler(random: np.random.Generator) -> Any:
    from imblearn import over_sampling, under_sampling

    kinds = [over_sampling.RandomOverSampler, over_sampling.SMOTE, under_sampling.RandomUnderSampler]
    return kinds[int(random.integers(3))](random_state=0)


def _columns(random: np.random.Generator, table: Table, one: Any) -> Any:
    chains: list[tuple[str, Any, list[str]]] = []

    def enter(name: str, chain: list[Any], columns: list[str]) -> None:
        if columns:
            chains.append((name, make_pipeline(*chain) if len(chain) != 1 else chain[0], columns))

    def some(most: int = 3) -> list[Any]:
        return [one(steps.STEPS) for _ in range(int(random.integers(0, most)))]

    numbers = some()
    enter("numbers", numbers or ["passthrough"], table.of(*FULL))
    imputer = one(steps.REFUSED if random.random() < MISSING else steps.IMPUTERS)
    enter("gapped", [imputer, *some()], table.of(*GAPPED))
    enter("constant", [["passthrough", preprocessing.StandardScaler()][int(random.integers(2))]], table.of("constant"))
    enter("codes", [one(steps.ENCODERS)], table.of("code"))
    enter("flags", [["passthrough", one(steps.ENCODERS)][int(random.integers(2))]], table.of("flag"))
    enter("words", [one(steps.ENCODERS)], table.of("word", "category"))
    filler = [] if random.random() < 0.3 else [one(steps.FILLERS)]
    enter("holes", [*filler, one(steps.ENCODERS)], table.of("word with gaps"))
    parts: list[tuple[str, Any, Any]] = [
        (name, chain, chosen) for name, chain, chosen in chains if random.random() < 0.9
    ]
    parts += [(f"text{place}", one(steps.TEXTS), name) for place, name in enumerate(table.of("text"))]
    parts = parts or [("numbers", preprocessing.StandardScaler(), table.of(*FULL))]
    parts = [parts[place] for place in random.permutation(len(parts))]
    nested = random.random() < 0.15 and len(parts) > 1
    if nested:
        parts = [*parts[1:], ("inner", compose.ColumnTransformer([parts[0]], sparse_threshold=0), _given(parts[0][2]))]
    by = int(random.integers(6))
    names = list(table.frame.columns)
    parts = [(name, step, chosen if nested else _chosen(by, chosen, names)) for name, step, chosen in parts]
    weights = {parts[0][0]: 2.0} if random.random() < 0.1 else None
    return compose.ColumnTransformer(
        parts, sparse_threshold=0, transformer_weights=weights, verbose_feature_names_out=bool(random.integers(2))
    )


def _given(chosen: Any) -> list[str]:
    return [chosen] if isinstance(chosen, str) else list(chosen)


def _chosen(by: int, chosen: Any, names: list[str]) -> Any:
    """The columns as people choose them: by name, mostly, or by place, from the end, as a mask or a function."""
    if isinstance(chosen, str) or by < 3:
        return chosen
    places = [names.index(name) for name in chosen]
    if by == 3:
        return [place - len(names) for place in places]
    if by == 4:
        return [place in places for place in range(len(names))] if places == sorted(places) else places
    return slice(places[0], places[0] + 1) if len(places) == 1 else places
