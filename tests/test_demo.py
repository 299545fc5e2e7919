"""`make demo` shows what it promises."""

from tests.conftest import REPOSITORY, run


def test_the_demo_prints_real_predictions_size_and_start() -> None:
    """Every sample model answers, and the package's size and init time are told."""
    told = run("make", "demo", cwd=REPOSITORY)

    assert told.count("the trained estimator said") == 4
    assert "MB zipped" in told
    assert "Init Duration" in told
