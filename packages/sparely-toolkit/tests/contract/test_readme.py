"""README.md: its table is that of the models, its commands exist, its files are there."""

import re
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.contract.readme import BEGIN, END, PROJECT, read_manifests, renewed, table

README = (PROJECT / "README.md").read_text("utf-8")


def manifest(**changes: Any) -> dict[str, Any]:
    features = [
        {"name": "a", "unit": "m", "required": True},
        {"name": "b", "required": False},
    ]
    plain = {"area": "toys", "name": "sum", "kind": "regressor", "description": "The sum.", "features": features}
    return {**plain, "metrics": {"held_out_rows": 9, "r2": 1.0}, **changes}


def test_the_table_is_up_to_date() -> None:
    """`make contract` writes it anew."""
    assert renewed(README, read_manifests(PROJECT / "src" / "models")) == README


def test_a_model_is_one_line() -> None:
    """What it is, what it takes, how good it is; units and optional features are told."""
    expected = "| `toys/sum` | regressor: The sum. | a (m), b (optional) | r2 1.0, on held-out rows |"

    assert table([manifest()]).splitlines()[2:] == [expected]


@pytest.mark.parametrize(
    ("metrics", "shown"),
    [
        ({"accuracy": 0.9667, "accuracy_of_commonest_label": 0.4}, "accuracy 0.97 (always the commonest: 0.40)"),
        (
            {"mean_absolute_error": 45.77, "mean_absolute_error_of_mean": 66.46},
            "mean error 45.8 (always the mean: 66.5)",
        ),
        ({"accuracy": 0.5}, "accuracy 0.5"),
        ({"given_rows": 300, "accuracy": 0.9367, "log_loss": 0.2}, "accuracy 0.9367, on the rows given"),
        ({"given_rows": 300}, ""),
        ({}, ""),
    ],
)
def test_a_metric_is_shown_beside_its_yardstick(metrics: dict[str, float], shown: str) -> None:
    """A number alone says nothing; without the yardstick it stands alone all the same."""
    assert table([manifest(metrics=metrics)]).rstrip(" |\n").endswith(shown)


def test_no_sign_of_a_description_ends_the_table() -> None:
    """Descriptions are their authors' own words."""
    assert r"regressor: a \| b c |" in table([manifest(description="a | b\nc")])


def test_only_what_is_between_the_marks_changes() -> None:
    """Words before and after stay to the byte."""
    text = renewed(f"before\n{BEGIN}\nstale\n{END}\nafter\n", [manifest()])

    assert text == f"before\n{BEGIN}\n{table([manifest()])}{END}\nafter\n"


@pytest.mark.parametrize("text", ["no marks", f"{BEGIN} without an end", f"{END} without a beginning"])
def test_a_readme_without_marks_is_left_alone(text: str) -> None:
    """Whoever writes another README needs no table in it."""
    assert renewed(text, [manifest()]) == text


def test_every_make_command_exists() -> None:
    """What is told can be typed."""
    makefile = (PROJECT / "Makefile").read_text("utf-8")

    told = set(re.findall(r"`make ([a-z-]+)", README))

    assert told <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_link_and_every_folder_exists() -> None:
    """The tree names what is there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    tree = re.findall(r"^(\w[\w.]+/?)\s{2,}", README.rpartition("## What is where")[2], re.MULTILINE)

    assert links
    assert tree
    assert [each for each in (*links, *tree) if not Path(PROJECT, each).exists()] == []
