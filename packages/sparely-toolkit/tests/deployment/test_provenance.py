"""The commit that a deployment names."""

import subprocess
from pathlib import Path

import pytest

from sparely_toolkit.deployment.provenance import commit_of, commit_to_name
from sparely_toolkit.deployment.stack import Stack

NEW, OLD = {"ReleaseId": "aaaaaaaaaaaa", "Commit": ""}, {"ReleaseId": "bbbbbbbbbbbb", "Commit": "0" * 40}


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One commit of one file, and a tag, which is not its name here."""
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "template.yaml").write_text("Resources: {}\n", "utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "A service")
    git(tmp_path, "tag", "v1")
    return tmp_path


def test_the_commit_is_named_in_full(repository: Path) -> None:
    """Also from a folder of the repository."""
    assert commit_of(repository / "service") == git(repository, "rev-parse", "HEAD")


def test_what_no_commit_has_is_said(repository: Path) -> None:
    """A tracked file was changed."""
    (repository / "service" / "template.yaml").write_text("Resources: []\n", "utf-8")

    assert commit_of(repository) == git(repository, "rev-parse", "HEAD") + "-dirty"


def test_a_folder_outside_of_git_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one on a machine without git."""
    assert commit_of(tmp_path) == ""

    monkeypatch.setenv("PATH", "")
    assert commit_of(tmp_path) == ""


def test_a_new_version_names_the_commit(repository: Path) -> None:
    """Of a first deployment, or where the release is another."""
    head = git(repository, "rev-parse", "HEAD")

    assert commit_to_name(repository, NEW, None) == head
    assert commit_to_name(repository, NEW, Stack("s", "UPDATE_COMPLETE", {}, OLD)) == head


def test_a_version_that_stays_keeps_its_commit(repository: Path) -> None:
    """Its description cannot be changed: Lambda would refuse to publish the same once more."""
    serving = Stack("s", "UPDATE_COMPLETE", {}, OLD)

    assert commit_to_name(repository, {**NEW, "ReleaseId": OLD["ReleaseId"]}, serving) == OLD["Commit"]


def test_a_version_of_an_older_template_stays_without_a_commit(repository: Path) -> None:
    """Its stack has no such parameter."""
    serving = Stack("s", "UPDATE_COMPLETE", {}, {"ReleaseId": NEW["ReleaseId"]})

    assert commit_to_name(repository, NEW, serving) == ""


def test_a_commit_that_is_given_counts(repository: Path) -> None:
    """As from a machine that builds without git."""
    assert commit_to_name(repository, {**NEW, "Commit": "abcdef0"}, None) == "abcdef0"
