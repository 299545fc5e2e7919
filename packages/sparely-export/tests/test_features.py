"""The manifest's entries of features."""

import pytest

from sparely_export.features import Feature, Instance, Token, with_ranges


def test_number_tells_unit_and_range() -> None:
    """A number's entry holds its unit and the range that training saw, nulls left out."""
    rows: list[Instance] = [{"bmi": 20}, {"bmi": None}, {"bmi": 31.5}, {}]

    (bmi,) = with_ranges([Feature(name="bmi", unit="kg/m2", null="nan", required=False)], rows)

    assert bmi.as_json() == {
        "name": "bmi",
        "type": "number",
        "unit": "kg/m2",
        "minimum": 20,
        "maximum": 31.5,
        "quantiles": dict.fromkeys(("0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99"), 20.0),
        "required": False,
        "null": "nan",
    }


def test_string_tells_categories_and_token() -> None:
    """A string's entry holds the sorted categories that training saw, and what null becomes."""
    rows: list[Instance] = [{"sex": "2"}, {"sex": None}, {"sex": "1"}, {"sex": "2"}]

    (sex,) = with_ranges([Feature(name="sex", type="string", null=Token("unknown"))], rows)

    assert sex.as_json() == {
        "name": "sex",
        "type": "string",
        "categories": ["1", "2"],
        "required": True,
        "null": {"token": "unknown"},
    }


def test_boolean_has_no_range() -> None:
    """A boolean's entry holds neither range nor categories."""
    (smoker,) = with_ranges([Feature(name="smoker", type="boolean")], [{"smoker": True}])

    assert smoker.as_json() == {"name": "smoker", "type": "boolean", "required": True, "null": "refused"}


@pytest.mark.parametrize(
    ("words", "rows", "are_listed"), [(20, 20, True), (40, 80, True), (41, 80, False), (80, 80, False)]
)
def test_words_that_hardly_come_twice_are_no_categories(words: int, rows: int, *, are_listed: bool) -> None:
    """Such as times and numbers of customers: every new one would be beyond what training saw."""
    days: list[Instance] = [{"day": f"2026-01-{place % words}"} for place in range(rows)]

    (day,) = with_ranges([Feature(name="day", type="string")], days)

    assert ("categories" in day.as_json()) is are_listed
