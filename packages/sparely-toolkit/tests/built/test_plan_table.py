"""`sparely plan --rows` of a built package."""

from pathlib import Path

import pytest

from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely


@pytest.fixture
def options(project: Project, tmp_path: Path) -> list[str]:
    """A table of a million rows, and a folder for the page."""
    files = ["--template", str(project.built_template), "--output", str(tmp_path), "--region", "us-east-1"]
    return ["plan", "--rows", "1000000", *files]


def test_a_table_is_priced_by_what_the_package_does_here(
    options: list[str], project: Project, tmp_path: Path, sparely: Sparely
) -> None:
    """For each way to score it; the page lies beside the plan's."""
    outcome = sparely(*options, "--model", "winery/cultivar", service=project.root)

    assert outcome.exit_code == ExitCode.DONE, outcome.err
    page = (tmp_path / "plan-table.md").read_text("utf-8")
    assert "# A table of 1,000,000 rows" in page
    assert "winery/cultivar scores " in page
    assert page.count("| make score here") == 1


def test_a_model_that_is_not_there_is_named(options: list[str], project: Project, sparely: Sparely) -> None:
    """With those that are."""
    outcome = sparely(*options, "--model", "winery/no", service=project.root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert 'There is no model "winery/no" here; there is clinic/high-risk, ' in outcome.err
