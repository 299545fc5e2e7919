"""Thresholds that are numbers of the rows themselves, behind a step that rounds."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from onnx import numpy_helper
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PowerTransformer

from sparely_export.candidate import Candidate
from sparely_export.conversion import convert
from sparely_export.describing import describe
from sparely_export.features import Feature, with_ranges
from sparely_export.inputs import inputs_of
from sparely_export.last_digits import MOST_ROWS
from sparely_export.manifest import Card
from sparely_export.precision import attempts
from sparely_export.trees import hair
from sparely_export.trees.written import LEAF, MODES, TREE_OPERATORS, attributes_of

DRAWS = np.random.default_rng(0)
PRICES = DRAWS.lognormal(3, 1, 300).round(2)
"""Of which each comes many times, so that what parts them is one of them."""
FRAME = pd.DataFrame({"price": DRAWS.choice(PRICES, 1_500), "days": DRAWS.choice(PRICES, 1_500)})
TARGET = np.log1p(FRAME["price"]) + np.sin(FRAME["days"]) + DRAWS.normal(size=len(FRAME)) / 10
BOOSTING = HistGradientBoostingRegressor(max_iter=40, max_bins=200, random_state=0)


@pytest.mark.parametrize("step", [FunctionTransformer(np.log1p), PowerTransformer()], ids=["log1p", "power"])
@pytest.mark.parametrize("trees", [BOOSTING, RandomForestRegressor(20, random_state=0)], ids=["boosting", "forest"])
def test_numbers_that_thresholds_were_taken_from_stay_on_their_side(card: Card, step: Any, trees: Any) -> None:
    """Of whatever the trees were fitted on; a forest's thresholds lie between two numbers, thousands of them."""
    estimator = make_pipeline(step, trees).fit(FRAME, TARGET)
    described = describe(estimator, FRAME)
    rows = described.rows
    candidate = Candidate(
        card=card,
        estimator=estimator,
        features=with_ranges(described.features, rows),
        training_rows=rows,
        held_out_rows=rows,
    )

    kept = attempts(candidate)[-1].kept

    assert kept is not None
    note = kept.parity.note or ""
    assert note.startswith(hair.NOTE.partition("{")[0]) if trees is BOOSTING else int(note.split()[0]) > MOST_ROWS


def trees_of(proto: Any) -> dict[str, Any]:
    """What the trees of a graph say of their nodes."""
    return next(attributes_of(node) for node in proto.graph.node if node.op_type in TREE_OPERATORS)


@pytest.mark.parametrize(("rounds", "name"), [(3, "nodes_values_as_tensor"), (40, "nodes_splits")])
def test_each_threshold_moves_by_the_size_of_its_column_and_the_model_stays_as_it_is(rounds: int, name: str) -> None:
    """In either operator, upwards where `<=` compares; where the older one has a leaf there is no threshold."""
    inputs = inputs_of([Feature(name="price"), Feature(name="days")], "FP64")
    proto = convert(clone(BOOSTING).set_params(max_iter=rounds).fit(FRAME, TARGET), inputs, "boosting").proto
    trees, bytes_before = trees_of(proto), proto.SerializeToString(deterministic=True)

    after = trees_of(hair.moved(proto, 1e-3))[name]

    assert proto.SerializeToString(deterministic=True) == bytes_before
    before, columns = trees[name], trees["nodes_featureids"]
    branches = np.array([mode not in (b"LEAF", LEAF) for mode in trees["nodes_modes"]])
    assert (after[~branches] == before[~branches]).all()
    for column in (0, 1):
        of_column = branches & (columns == column)
        sizes = np.abs(before[of_column])
        assert after[of_column] - before[of_column] == pytest.approx(1e-3 * (sizes + np.median(sizes)))


@pytest.mark.parametrize(("mode", "direction"), [("LEQ", 1), ("GT", 1), ("LT", -1), ("GTE", -1), ("EQ", 0)])
def test_what_is_equal_to_a_threshold_stays_on_its_side(mode: str, direction: int) -> None:
    """Whichever way a tree compares; XGBoost's go on where a number is smaller."""
    proto = convert(BOOSTING.fit(FRAME, TARGET), inputs_of([Feature(name="price"), Feature(name="days")], "FP64"), "b")
    (node,) = (each for each in proto.proto.graph.node if each.op_type in TREE_OPERATORS)
    code = MODES.index(f"BRANCH_{mode}")
    (modes,) = (entry for entry in node.attribute if entry.name == "nodes_modes")
    modes.t.CopyFrom(numpy_helper.from_array(np.full_like(numpy_helper.to_array(modes.t), code), modes.t.name))

    after = trees_of(hair.moved(proto.proto, 1e-3))["nodes_splits"]

    assert (np.sign(after - trees_of(proto.proto)["nodes_splits"]) == direction).all()


def test_what_has_no_trees_in_float64_has_nothing_to_move() -> None:
    """float32 tells a billionth apart nowhere."""
    inputs = inputs_of([Feature(name="price"), Feature(name="days")], "FP32")

    assert not hair.has_any(convert(BOOSTING.fit(FRAME, TARGET), inputs, "boosting").proto)
