"""A bundle of a name that is there: told beside the older one, or refused."""

from pathlib import Path

import pytest

from sparely.archive import replace_folder, write_archive
from sparely.bundle import read_bundle
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from tests.models.toy_bundles import toy

pytestmark = pytest.mark.slow


def test_model_that_it_replaces_is_told(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """With its metrics beside the new ones."""
    write_archive(tmp_path / "old.zip", toy(metrics={"r2": 0.9, "given_rows": 10}))
    write_archive(tmp_path / "new.zip", toy(metrics={"r2": 0.8, "given_rows": 12}))
    sparely("add-model", tmp_path / "old.zip", service=project.root)
    before = read_bundle(project.models / "toys" / "sum").version

    outcome = sparely("add-model", tmp_path / "new.zip", service=project.root)

    assert outcome.out.splitlines()[3:5] == [
        "  r2 0.8 (before: 0.9), given_rows 12 (before: 10)",
        f"  replaces {before}",
    ]


def test_model_that_is_worse_is_refused_where_that_was_asked(
    project: Project, tmp_path: Path, sparely: Sparely
) -> None:
    """The older one stands."""
    folder = project.models / "toys" / "sum"
    replace_folder(folder, toy(metrics={"r2": 0.9}))
    write_archive(tmp_path / "new.zip", toy(metrics={"r2": 0.8}))

    outcome = sparely("add-model", tmp_path / "new.zip", "--no-worse", "r2=0.05", service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.NO,
        "toys/sum: r2 is 0.8, and 0.9 in the model that it would replace, and at most 0.05 worse was allowed. "
        "Nothing was written.\n",
    )
    assert read_bundle(folder).manifest.document["metrics"] == {"r2": 0.9}


def test_first_model_of_its_name_is_worse_than_none(project: Project, bundle: Path, sparely: Sparely) -> None:
    """A job is the same in its first month."""
    assert sparely("add-model", bundle, "--no-worse", "r2", service=project.root).exit_code == ExitCode.DONE
