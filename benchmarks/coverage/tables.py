"""Small data of every shape that the coverage needs, from the data sets that scikit-learn ships."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

ROWS = 120


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a frame, and what to learn of them; `groups` are the queries of a ranker."""

    frame: pd.DataFrame
    target: Any = None
    groups: Any = None


def flowers() -> Table:
    """Three species by four measurements."""
    data = load_iris(as_frame=True)
    frame, species = _sampled(data.data, data.target_names[data.target].astype(object))
    frame.columns = pd.Index(["sepal_length", "sepal_width", "petal_length", "petal_width"])
    return Table(frame, species)


def tumours() -> Table:
    """Malignant or benign, as 0 and 1, by five measurements."""
    data = load_breast_cancer(as_frame=True)
    return Table(*_sampled(data.data.iloc[:, [0, 1, 3, 4, 6]], data.target.to_numpy()))


def patients() -> Table:
    """Progression of a disease by five measurements."""
    data = load_diabetes(as_frame=True, scaled=False)
    return Table(*_sampled(data.data[["age", "bmi", "bp", "s3", "s5"]], data.target.to_numpy()))


def counted() -> Table:
    """Patients, with measurements as whole non-negative counts and two classes of progression."""
    table = patients()
    return Table(table.frame.round().astype(int), np.where(table.target > 150, "high", "low").astype(object))


def patients_of_two_targets() -> Table:
    """Patients with progression and a second target."""
    table = patients()
    return Table(table.frame, np.column_stack([table.target, table.frame["bmi"] * 2 + table.target / 10]))


def flowers_of_two_labels() -> Table:
    """Flowers with two properties that each holds or not."""
    table = flowers()
    long, wide = table.frame["petal_length"] > 4, table.frame["sepal_width"] > 3
    return Table(table.frame, np.column_stack([long, wide]).astype(int))


def ranked() -> Table:
    """Flowers in twelve queries of ten, with a relevance of 0 to 2."""
    table = flowers()
    relevance = pd.Series(table.target).map({"setosa": 0, "versicolor": 1, "virginica": 2}).to_numpy()
    return Table(table.frame, relevance, np.repeat(np.arange(ROWS // 10), 10))


def with_gaps(table: Table) -> Table:
    """The same with every seventh value of two columns missing."""
    frame = table.frame.copy()
    for start, column in enumerate(frame.columns[:2]):
        frame[column] = frame[column].astype(float)
        frame.loc[frame.index[start::7], column] = np.nan
    return Table(frame, table.target, table.groups)


def mixed() -> Table:
    """Customers who stay or leave: numbers, strings, booleans, a month derived from a date, gaps in two columns."""
    draws = np.random.RandomState(7)
    frame = pd.DataFrame(
        {
            "age": draws.randint(18, 80, ROWS),
            "income": np.where(draws.uniform(size=ROWS) < 0.1, np.nan, draws.gamma(3, 900, ROWS).round(2)),
            "plan": draws.choice(["basic", "plus", "pro"], ROWS).astype(object),
            "city": draws.choice(np.array([None, *["Bari", "Oslo", "Łódź"] * 3], dtype=object), ROWS),
            "active": draws.uniform(size=ROWS) < 0.6,
            "signed_up_month": pd.Series(pd.date_range("2024-01-03", periods=ROWS, freq="5D")).dt.month,
        }
    )
    leaves = frame["age"] / 30 + (frame["plan"] == "basic") - frame["active"] + draws.normal(size=ROWS) > 1.5
    return Table(frame, np.where(leaves, "leaves", "stays").astype(object))


def texts() -> Table:
    """Short messages, one string column."""
    words = ["late", "refund", "broken", "thanks", "great", "lovely", "parcel", "again", "happy", "slow"]
    draws = np.random.RandomState(3).randint(0, len(words), (ROWS, 5))
    messages = [" ".join(words[index] for index in row) for row in draws]
    cross = [("late" in message) + ("broken" in message) + ("slow" in message) > 0 for message in messages]
    return Table(pd.DataFrame({"message": messages}).astype(object), np.array(cross).astype(int))


def _sampled(frame: pd.DataFrame, target: Any) -> tuple[pd.DataFrame, Any]:
    chosen = np.random.RandomState(0).permutation(len(frame))[:ROWS]
    return frame.iloc[chosen].reset_index(drop=True), np.asarray(target)[chosen]


def halved(rows: Any) -> Any:
    """A function of one's own, which no ONNX file holds."""
    return rows / 2


def tumours_by_words() -> Table:
    """Tumours with one measurement in three words, as pandas' category."""
    table = tumours()
    frame = table.frame.iloc[:, :3].copy()
    words = np.array(["small", "middle", "large"])[np.digitize(table.frame.iloc[:, 3], [500.0, 800.0])]
    return Table(frame.assign(size=pd.Categorical(words)), table.target)


def tumours_by_words_with_gaps() -> Table:
    """The same, where every ninth word is missing."""
    table = tumours_by_words()
    words = table.frame["size"].astype(object)
    words[::9] = None
    return Table(table.frame.assign(size=pd.Categorical(words)), table.target)


def flowers_of_one_value() -> Table:
    """Flowers with two labels, of which the second holds for none."""
    table = flowers_of_two_labels()
    return Table(table.frame, np.column_stack([table.target[:, 0], np.zeros(ROWS, dtype=int)]))


def counted_flowers() -> Table:
    """Flowers with their measurements in whole millimetres."""
    table = flowers()
    return Table((table.frame * 10).round().astype(int), table.target)


def sized_flowers() -> Table:
    """Flowers with two measurements, and two in whole millimetres."""
    frame = flowers().frame
    whole = (frame.iloc[:, 2:] * 10).round().astype(int)
    return Table(frame.assign(**{name: whole[name] for name in whole}))
