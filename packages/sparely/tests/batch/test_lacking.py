"""Features that a table has not."""

import pytest

from sparely.batch.lacking import Lacking, in_neither, look_alikes, without


@pytest.mark.parametrize(
    ("feature", "others", "meant"),
    [
        ("month", ["id", "Month"], "Month"),
        ("age_years", ["Age (Years)"], "Age (Years)"),
        ("month", ["mnth", "note"], "mnth"),
        ("month", ["id", "note", "m"], ""),
        ("month", [], ""),
        ("month", ["mo\ud800nth"], ""),
        ("%", ["$"], ""),
    ],
)
def test_a_name_that_looks_like_a_feature_may_be_meant(feature: str, others: list[str], meant: str) -> None:
    """The same letters and digits, or nearly."""
    assert look_alikes([feature], others) == {feature: meant}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (None, None, None),
        (None, {"a": "A"}, {"a": "A"}),
        ({"a": ""}, None, {"a": ""}),
        ({"a": "", "b": ""}, {"a": "A"}, {"a": "A"}),
        ({"a": ""}, {}, {}),
    ],
)
def test_a_table_lacks_what_all_of_its_parts_lack(one: Lacking, other: Lacking, both: Lacking) -> None:
    """A part without rows says nothing."""
    assert in_neither(one, other) == both


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        (None, ""),
        ({}, ""),
        (
            {"month": "Month"},
            'No row has "month" ("Month" may be meant), so every row was answered with null for it; --lacking month '
            "allows that.",
        ),
        (
            {"a": "", "b": ""},
            'No row has "a", "b", so every row was answered with null for them; --lacking a,b allows that.',
        ),
    ],
)
def test_what_no_row_has_is_told(lacking: Lacking | None, sentence: str) -> None:
    """With what allows it."""
    assert without(lacking, "--lacking {}") == sentence


def test_no_more_than_nine_are_named() -> None:
    """And how many more there are."""
    sentence = without(dict.fromkeys("abcdefghijkl", ""), "--lacking {}")

    assert '"i" and 3 more, so' in sentence
    assert "--lacking a,b,c,d,e,f,g,h,i,… allows" in sentence
