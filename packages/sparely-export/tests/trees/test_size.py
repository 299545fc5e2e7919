"""How large trees become: what is left out of them, and what no file holds."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from sparely_export import conversion
from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.graph import open_session
from sparely_export.inputs import inputs_of
from sparely_export.trees import ensemble, sklearn_trees
from sparely_export.trees.ensemble import Tree, without_equal_leaves
from sparely_export.trees.size import TooLargeForOnnx, check_trees, nodes_of, nodes_written

ROWS = np.random.default_rng(0).integers(0, 4, size=(400, 5)).astype(float)
VALUES = ROWS[:, 0] + np.random.default_rng(1).integers(0, 2, size=400)
FEATURES = tuple(Feature(name=f"f{place}", type="number", minimum=0.0, maximum=3.0) for place in range(5))


def tree(yes: list[int], no: list[int], weights: list[float]) -> Tree:
    """A tree that compares its first column."""
    count = len(yes)
    return Tree(
        columns=np.zeros(count, int),
        thresholds=np.arange(count) / 10,
        yes=np.array(yes),
        no=np.array(no),
        missing_is_yes=np.zeros(count, bool),
        weights=np.array(weights)[:, None],
        targets=(0,),
    )


def answer(grown: Tree, row: np.ndarray) -> float:
    node = 0
    while grown.yes[node] >= 0:
        node = grown.yes[node] if row[grown.columns[node]] <= grown.thresholds[node] else grown.no[node]
    return float(grown.weights[node, 0])


def test_a_split_between_equal_leaves_is_a_leaf() -> None:
    """Also where it becomes one by those below it."""
    grown = tree([1, 3, -1, -1, 5, -1, -1], [2, 4, -1, -1, 6, -1, -1], [0, 0, 9, 7, 0, 7, 7])

    made = without_equal_leaves(grown)

    assert made.yes.tolist() == [1, -1, -1]
    assert made.no.tolist() == [2, -1, -1]
    assert made.weights.ravel().tolist() == [0, 7, 9]


def test_a_tree_of_one_value_is_a_leaf() -> None:
    """Nothing of it decides anything."""
    assert without_equal_leaves(tree([1, -1, -1], [2, -1, -1], [0, 3, 3])).weights.tolist() == [[3]]


def test_a_tree_whose_leaves_differ_is_the_same() -> None:
    """In the last bit too."""
    grown = tree([1, -1, -1], [2, -1, -1], [0, 3, np.nextafter(3, 4)])

    assert without_equal_leaves(grown) is grown


def test_no_answer_changes() -> None:
    """Of trees that were fitted, with leaves rounded so that some are equal."""
    model = ExtraTreesRegressor(5, random_state=0).fit(ROWS, VALUES)
    trees = [
        sklearn_trees.read(each.tree_, np.round(sklearn_trees.values(each.tree_)), [0]) for each in model.estimators_
    ]
    smaller = [without_equal_leaves(each) for each in trees]

    assert sum(len(each.columns) for each in smaller) < sum(len(each.columns) for each in trees)
    assert all(
        answer(before, row) == answer(after, row) for before, after in zip(trees, smaller, strict=True) for row in ROWS
    )


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (DecisionTreeRegressor(max_leaf_nodes=4), 7),
        (make_pipeline(StandardScaler(), DecisionTreeRegressor(max_leaf_nodes=4)), 7),
        (HistGradientBoostingRegressor(max_iter=3, max_leaf_nodes=4), 21),
        (StandardScaler(), 0),
    ],
    ids=["tree", "pipeline", "histogram", "no tree"],
)
def test_nodes_are_counted(model: Any, count: int) -> None:
    """Of whatever holds trees."""
    assert nodes_of(model.fit(ROWS, VALUES)) == count


class Forest:
    """What the count looks at of a forest that would take gigabytes."""

    def __init__(self, nodes: int) -> None:
        self.estimators_ = [SimpleNamespace(tree_=SimpleNamespace(node_count=nodes))]


def test_a_forest_that_no_file_holds_is_refused_before_it_is_converted() -> None:
    """In one sentence, with the reason."""
    check_trees("shop/churn", Forest(100_000_000))

    with pytest.raises(TooLargeForOnnx) as caught:
        check_trees("shop/churn", Forest(300_000_000))

    assert str(caught.value) == (
        "shop/churn: as ONNX it has more than 2 GB, the most that one file of that format holds (a limit of protobuf). "
        "Nothing was written. Fewer or shallower trees, or min_samples_leaf, make it smaller."
    )


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """From one node on a forest counts as large."""
    for module in (conversion, ensemble):
        monkeypatch.setattr(module, "MANY", 1)


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("kind", [RandomForestClassifier, ExtraTreesRegressor])
@pytest.mark.usefixtures("many")
def test_a_large_forest_answers_as_its_estimator(kind: Any, double: bool) -> None:
    """Written by whole columns instead of node by node."""
    model = kind(10, random_state=0).fit(ROWS, VALUES)
    inputs = inputs_of(FEATURES, "FP64" if double else "FP32")

    made = convert(model, inputs, "forest", double=double)

    got = open_session(made.content).run(None, {inputs[0].name: ROWS.astype(np.float64 if double else np.float32)})
    expected = model.predict_proba(ROWS) if hasattr(model, "predict_proba") else model.predict(ROWS)[:, None]
    np.testing.assert_allclose(got[-1], expected, rtol=1e-6, atol=1e-6)
    assert made.left_out == nodes_of(model) - nodes_written(made.proto)
