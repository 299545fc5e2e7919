"""What converters raise, as a sentence of ours."""

import re

import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.conversion import ConversionError, convert
from sparely_export.failures import shortened, where
from sparely_export.features import Feature
from sparely_export.inputs import inputs_of


def test_step_that_a_converter_fails_at_is_named() -> None:
    """Whatever a converter raises, the sentence has the step by its author's name."""
    steps = [("to_units", StandardScaler()), ("line", LinearRegression())]
    model = Pipeline(steps).fit([[0.0], [1.0]], [0.0, 1.0])
    del model.named_steps["to_units"].mean_

    with pytest.raises(ConversionError) as caught:
        convert(model, inputs_of((Feature(name="a"),)), "line")

    assert str(caught.value) == (
        "at step \"to_units\": AttributeError: 'StandardScaler' object has no attribute 'mean_'"
    )


def test_long_words_are_cut() -> None:
    """Pages of a message become a line."""
    assert len(shortened(ValueError("many words\n" * 1000))) < 330


def test_error_without_words_is_its_kind() -> None:
    """An assertion without a message has a name still."""
    assert shortened(AssertionError()) == "AssertionError"


def test_place_of_an_error_is_the_innermost() -> None:
    """File, with its folder, and line."""
    with pytest.raises(IndexError) as caught:
        [].pop()

    assert re.fullmatch(r"tests/test_failures\.py:\d+", where(caught.value))


def test_error_that_was_never_raised_has_no_place() -> None:
    """Which is said."""
    assert where(ValueError()) == "unknown place"
