"""A release: one version everywhere, its changelog and its wheels; and nothing of it where it cannot be."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, commit, run
from tools import release
from tools.release import NoRelease

PYPROJECT = '[project]\nname = "{name}"\nversion = "{version}"\n'
CHANGELOG = "# Changelog\n\nPolicy.\n\n<!-- releases -->\n\n## [Unreleased]\n\nWritten by hand.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two packages, a template and two changes, under version control."""
    for name in ("one", "two"):
        package = tmp_path / "packages" / name
        package.mkdir(parents=True)
        (package / "pyproject.toml").write_text(PYPROJECT.format(name=name, version="0.1.0.dev7"), "utf-8")
    template = tmp_path / release.TEMPLATE
    template.parent.mkdir()
    template.write_text("Metadata:\n  Sparely:\n    TemplateVersion: 0.1.0  # of the toolkit\n", "utf-8")
    shutil.copyfile(REPOSITORY / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "README.md").write_text("How.\n", "utf-8")
    (tmp_path / "changes" / "quick.changed.md").write_text("It is quicker.\n", "utf-8")
    (tmp_path / "changes" / "sure.fixed.md").write_text("It is surer.\n", "utf-8")
    run("git", "init", "--quiet", cwd=tmp_path)
    commit(tmp_path, "All")
    return tmp_path


def test_changes_stand_under_the_version_and_are_gone(repository: Path) -> None:
    """By their kinds, above what was written by hand; the policy stays above all."""
    release.write_changelog(repository, "0.1.0")

    text = re.sub(r"\d{4}-\d\d-\d\d", "DAY", (repository / "CHANGELOG.md").read_text("utf-8"))
    assert text.startswith("# Changelog\n\nPolicy.\n\n<!-- releases -->\n")
    assert re.sub(r"\n+", "\n", text.partition("<!-- releases -->\n")[2]).strip() == (
        "## [0.1.0] - DAY\n### Changed\n- It is quicker.\n### Fixed\n- It is surer.\nWritten by hand."
    )
    assert [each.name for each in (repository / "changes").iterdir()] == ["README.md"]


def test_what_a_version_says_ends_at_the_one_before(repository: Path) -> None:
    """Two releases, one after the other."""
    release.write_changelog(repository, "0.1.0")
    (repository / "changes" / "new.added.md").write_text("It is new.\n", "utf-8")
    release.write_changelog(repository, "0.2.0")

    assert release.section(repository, "0.2.0").endswith("- It is new.")
    assert "It is new" not in release.section(repository, "0.1.0")


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("", 'VERSION is ""; expected three numbers, such as 0.2.0.'),
        ("0.2", 'VERSION is "0.2"; expected three numbers, such as 0.2.0.'),
        ("0.2.0rc1", 'VERSION is "0.2.0rc1"; expected three numbers, such as 0.2.0.'),
        ("0.0.9", "one has version 0.1.0.dev7; 0.0.9 does not come after it."),
    ],
)
def test_version_that_cannot_be_is_refused(repository: Path, version: str, sentence: str) -> None:
    """In one sentence, before anything is changed."""
    with pytest.raises(NoRelease) as refused:
        release.check(repository, version)

    assert str(refused.value) == sentence


def test_version_after_its_own_development_is_taken(repository: Path) -> None:
    """0.1.0 comes after 0.1.0.dev7."""
    release.check(repository, "0.1.0")


def test_what_is_not_committed_is_named(repository: Path) -> None:
    """A release has nothing of somebody's desk in it."""
    (repository / "note.txt").touch()

    with pytest.raises(NoRelease, match=r"Not all is committed here, first note\.txt"):
        release.check(repository, "0.1.0")


def test_wheels_of_a_version_that_is_not_released_are_refused(tmp_path: Path) -> None:
    """So that a tag beside the release uploads nothing."""
    with pytest.raises(
        NoRelease, match=r"sparely-9\.9\.9-py3-none-any\.whl is not there: 9\.9\.9 is not released here"
    ):
        release.collect("9.9.9", tmp_path / "dist")


@pytest.mark.soak
def test_whole_release_is_tried_in_a_clone() -> None:
    """Versions, changelog, wheels and locks; here nothing changes."""
    before = run("git", "status", "--porcelain", cwd=REPOSITORY)

    said = run("make", "release", "VERSION=99.0.0", "ARGS=--dry-run", cwd=REPOSITORY)

    for name in (
        "CHANGELOG.md",
        "sparely-99.0.0-py3-none-any.whl",
        "sparely_toolkit-99.0.0",
        "requirements/lambda.txt",
    ):
        assert name in said, name
    assert run("git", "status", "--porcelain", cwd=REPOSITORY) == before
