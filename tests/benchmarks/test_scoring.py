"""What is said of how fast files are scored."""

from pathlib import Path

from benchmarks.scoring import FOREST, Compared, broken_promises, table, write_rows
from sparely.bundle import read_bundles
from tests.support.services import MODELS

KEPT = {
    "winery/alcohol": Compared(1_000, [0.5, 0.25], [4.0, 6.0], [9.0, 11.0], [5.0, 6.0], [91, 92]),
    FOREST: Compared(10, [1], [1.9], [], [], [80]),
}


def test_the_table_has_medians() -> None:
    """A forest is not asked of the API."""
    assert table(KEPT).splitlines()[2:] == [
        "| winery/alcohol | 1,000 | 0.38 | 2,667 | 5.0 | 10.0 | 5.5 | 92 |",
        "| trees/forest | 10 | 1.00 | 10 | 1.9 | – | – | 80 |",
    ]


def test_promises_that_are_kept_are_not_told() -> None:
    """A forest's is another than that of samples."""
    assert [*broken_promises(KEPT)] == []


def test_promises_that_are_broken_are_told() -> None:
    """Each with what was measured."""
    compared = {
        "winery/alcohol": Compared(1, [1.0], [2.5], [7.0], [], [90]),
        FOREST: Compared(1, [1.0], [1.5], [], [], [90]),
    }

    assert [*broken_promises(compared)] == [
        "winery/alcohol: pandas takes 2.50 times as long; 3 are promised.",
        "winery/alcohol: 7.00 times the rows of the local API; 8 are promised.",
        "trees/forest: pandas takes 1.50 times as long; 1.8 are promised.",
    ]


def test_rows_are_the_same_each_time(tmp_path: Path) -> None:
    """Within what training saw."""
    features = read_bundles(MODELS)[0].manifest.features
    files = [tmp_path / name for name in ("one.csv", "two.csv")]
    for file in files:
        write_rows(file, features, 20)

    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_text("utf-8").count("\n") == 21
