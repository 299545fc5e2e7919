"""Sentences of the command line, for who calls a function."""

import inspect

import pytest

from sparely_export import export
from sparely_export.arguments import OPTIONS, as_arguments


def test_every_option_that_a_refusal_may_name_is_named_as_an_argument() -> None:
    """Those of the command that are about the model have an argument of nearly the same name."""
    assert {as_arguments(f"--{each}") for each in OPTIONS} <= {*inspect.signature(export).parameters}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Give it more with --most-seconds 2, or fit", "Give it more with most_seconds=2, or fit"),
        ("--absolute-tolerance 1e-05.", "absolute_tolerance=1e-05."),
        ("--most-row-ms 500 takes it", "most_row_ms=500 takes it"),
        ("say --kind multi-regressor. Nothing", 'say kind="multi-regressor". Nothing'),
        ("or say --kind regressor if it", 'or say kind="regressor" if it'),
        ('--kind is "forest"; expected', 'kind is "forest"; expected'),
        ("where it cannot be known, --kind says", "where it cannot be known, kind says"),
        ("--kind multilabel needs --labels, the names", 'kind="multilabel" needs labels, the names'),
        ("such as --labels no,yes, or say", 'such as labels=["no", "yes"], or say'),
        ("such as --labels 'no,late fee', or say", 'such as labels=["no", "late fee"], or say'),
        ("say --labels cancelled,stayed.", 'say labels=["cancelled", "stayed"].'),
        ("and --labels names 2; name", "and labels names 2; name"),
        ("open it with --trust a.B --trust c.d.E", 'open it with trust=["a.B", "c.d.E"]'),
        ("and --null Net Revenue=WORD.", 'and nulls={"Net Revenue": "WORD"}.'),
        ('--unit names "x"; the model takes', 'units names "x"; the model takes'),
        ("Name the target with --target, or leave", "Name the target with target, or leave"),
    ],
)
def test_an_option_with_its_value_is_what_python_takes(sentence: str, expected: str) -> None:
    """Numbers bare, words in quotes, several in brackets; words that only go on stay as they are."""
    assert as_arguments(sentence) == expected
