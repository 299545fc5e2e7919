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
    assert bool(categories([f"shop {place % words}" for place in range(rows)])) is are_listed


def test_words_of_which_new_ones_come_often_are_no_categories() -> None:
    """A tenth of the rows has a word that no other has, however often the others come."""
    often = [f"shop {place % 30}" for place in range(900)]

    assert len(categories([*often, *(f"stall {place}" for place in range(40))])) == 70
    assert categories([*often, *(f"stall {place}" for place in range(100))]) == ()


@pytest.mark.parametrize(
    "form", ["2026-11-{}", "2026-11-{}T08:30:00Z", "2026/11/{} 8:30", "{}.11.2026", "{}/11/2026 23:59:59.5+01:00"]
)
def test_days_are_no_categories(form: str) -> None:
    """However often each came: tomorrow is none of them, and would count as never seen."""
    days = [form.format(place % 28 + 1) for place in range(2_800)]

    assert categories(days) == ()
    assert len(categories([*days, "unknown", "unknown"])) == 29


def categories(seen: list[str]) -> tuple[str, ...]:
    """Those of a column with these words."""
    (feature,) = with_ranges([Feature(name="word", type="string")], [{"word": word} for word in seen])
    return feature.categories
