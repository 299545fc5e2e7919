"""The gate that refuses what does not answer as its estimator."""

import numpy as np
import pytest

from sparely_export.answers import Answers
from sparely_export.features import Feature, Token
from sparely_export.parity import Parity, ParityError, Probe, compare, probes

FEATURES = (
    Feature(name="sex", type="string", null=Token("unknown")),
    Feature(name="glu", null="nan", required=False),
    Feature(name="bmi"),
)
ROW = {"sex": "1", "glu": 90, "bmi": 25}
PROBES = [Probe("held-out", 0, {"a": 1.0}), Probe("threshold", 0, {"a": 13.050000190734863})]


def values(*rows: float) -> Answers:
    """Return a regressor's answers."""
    return Answers(None, ("value",), np.array(rows).reshape(-1, 1))


def labels(*rows: str) -> Answers:
    """Return a classifier's answers, all of probability 1."""
    return Answers(list(rows), ("p",), np.ones((len(rows), 1)))


def test_tolerance_is_absolute_and_relative() -> None:
    """A difference of just under 1e-5 + 1e-5 * |expected| passes, and is reported."""
    parity = compare("toys/sum", PROBES, values(0, 1000), values(0.9e-5, 1000.01))

    assert parity.largest_difference == pytest.approx(0.01)
    assert (parity.rows, parity.threshold_rows) == (2, 1)


def test_label_must_be_equal() -> None:
    """One other label refuses the model even at equal probabilities; the message shows the row."""
    with pytest.raises(ParityError) as caught:
        compare("toys/level", PROBES, labels("low", "low"), labels("low", "high"))

    assert str(caught.value) == (
        "toys/level: ONNX and the estimator disagree on 1 of 2 rows (1 labels; largest difference 0, "
        "allowed 1e-05 + 1e-05 * |expected|). Nothing was written.\n"
        "  threshold row 0 (a=13.0500002): label expected 'low', got 'high'"
    )


def test_differing_value_is_named() -> None:
    """The message tells the row, its values, what was expected, what came, and the difference."""
    with pytest.raises(ParityError) as caught:
        compare("toys/sum", PROBES, values(1, 2), values(1.03, 2))

    assert str(caught.value) == (
        "toys/sum: ONNX and the estimator disagree on 1 of 2 rows (0 labels; largest difference 0.03, "
        "allowed 1e-05 + 1e-05 * |expected|). Nothing was written.\n"
        "  held-out row 0 (a=1): value expected 1, got 1.03, difference 0.03"
    )


def test_worst_rows_come_first_and_the_rest_is_counted() -> None:
    """Of eight differing rows the five worst are shown."""
    probed = [Probe("held-out", index, {"note": "x" * 99}) for index in range(8)]

    with pytest.raises(ParityError) as caught:
        compare("toys/sum", probed, values(*[0] * 8), values(*range(1, 9)))

    lines = str(caught.value).splitlines()
    assert lines[1] == ("  held-out row 7 (note='xxxxxxxxxxxxxxxxxxxxxxxxxx...): value expected 0, got 8, difference 8")
    assert lines[-1] == "  and 3 more."


def test_nan_is_a_difference() -> None:
    """An answer that is no number does not pass as close enough."""
    with pytest.raises(ParityError, match="largest difference inf"):
        compare("toys/sum", PROBES, values(1, 2), values(1, float("nan")))


@pytest.mark.parametrize(("difference", "written"), [(0.0, 0.0), (3.14e-7, 4e-7), (9.9e-7, 1e-6), (0.02, 0.03)])
def test_difference_is_written_rounded_up(difference: float, written: float) -> None:
    """The report never tells less than what was seen."""
    assert Parity(1, 0, difference).as_json()["largest_difference"] == written


def test_nulls_are_tried_alone_and_together() -> None:
    """Each nullable feature is null once, and all of them at once."""
    nulls = [probe.instance for probe in probes(FEATURES, [ROW], []) if probe.origin == "null"]

    assert nulls == [ROW | {"sex": None}, ROW | {"glu": None}, ROW | {"sex": None, "glu": None}]


def test_unseen_category_is_tried() -> None:
    """Each string feature gets a category that training did not see."""
    unseen = [probe for probe in probes(FEATURES, [ROW], []) if probe.origin == "unseen category"]

    assert [probe.instance for probe in unseen] == [ROW | {"sex": "a category never seen"}]


def test_probe_names_its_origin_and_place() -> None:
    """A probe reads as where to find it."""
    found = probes(FEATURES[2:], [{"bmi": 25}], [{"bmi": 26}, {"bmi": 27}])

    assert [str(probe) for probe in found] == ["held-out row 0", "threshold row 0", "threshold row 1"]
