"""The rows that the gate compares."""

from sparely_export.features import Feature, Token
from sparely_export.probes import probes

FEATURES = (
    Feature(name="sex", type="string", null=Token("unknown")),
    Feature(name="glu", null="nan", required=False),
    Feature(name="bmi"),
)
ROW = {"sex": "1", "glu": 90, "bmi": 25}


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
