"""What the lint of a template has found nothing in is not asked about again, as long as nothing has changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sparely_toolkit.package import sam_validate
from sparely_toolkit.package.sam_validate import refused_by_sam
from sparely_toolkit.project import Project

TEMPLATE = "Resources: {}\n"


class Lint:
    """A service with a `sam` that finds what it is told to find, and how often it was asked."""

    def __init__(self, project: Project, program: Path) -> None:
        self.project = project
        self._asked = program.with_name("asked")
        self._finds = program.with_name("finds")
        program.write_text(
            f'#!/bin/sh\necho "$@" >> {self._asked}\n[ ! -f {self._finds} ] || {{ cat {self._finds}; exit 1; }}\n'
        )
        program.chmod(0o755)

    def finds(self, words: str) -> None:
        """Have it refuse the template from now on."""
        self._finds.write_text(words, "utf-8")

    def times(self) -> int:
        """How often it was asked."""
        return len(self._asked.read_text("utf-8").splitlines()) if self._asked.is_file() else 0


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lint:
    """With a home and a cache of its own."""
    for name in ("service", "home", "bin"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("AWS_CONFIG_FILE", raising=False)
    project = Project(tmp_path / "service")
    project.template.write_text(TEMPLATE, "utf-8")
    monkeypatch.setattr(Project, "program", lambda _, name: tmp_path / "bin" / name)
    return Lint(project, tmp_path / "bin" / "sam")


def test_a_right_template_is_asked_about_once(lint: Lint) -> None:
    """Wherever it lies: another service's is the same text."""
    assert [refused_by_sam(lint.project) for _ in range(3)] == [""] * 3
    assert lint.times() == 1


def test_what_is_found_is_said_each_time(lint: Lint) -> None:
    """Nothing is kept of it."""
    lint.finds("E1001 Missing key")

    assert [refused_by_sam(lint.project) for _ in range(2)] == ["E1001 Missing key"] * 2


def _template(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    lint.project.template.write_text(f"{TEMPLATE}# Another.\n", "utf-8")


def _settings(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    (lint.project.root / "samconfig.yaml").write_text("version: 0.1\n", "utf-8")


def _region(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")


def _profile(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    (Path.home() / ".aws").mkdir()
    (Path.home() / ".aws" / "config").write_text("[default]\nregion = eu-north-1\n", "utf-8")


def _judge(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sam_validate, "version", lambda name: f"another of {name}")


@pytest.mark.parametrize("change", [_template, _settings, _region, _profile, _judge])
def test_what_has_changed_is_asked_about_again(
    lint: Lint, monkeypatch: pytest.MonkeyPatch, change: Callable[[Lint, pytest.MonkeyPatch], None]
) -> None:
    """Of everything that the lint reads; a finding of today is not hidden by what was right yesterday."""
    assert refused_by_sam(lint.project) == ""
    change(lint, monkeypatch)
    lint.finds("E3012 is not of type")

    assert refused_by_sam(lint.project) == "E3012 is not of type"


@pytest.mark.parametrize("home", [True, False])
def test_with_settings_of_the_lints_own_it_is_always_asked(lint: Lint, home: bool) -> None:
    """They may name rules in files that nobody knows of here."""
    assert refused_by_sam(lint.project) == ""
    folder = Path.home() if home else lint.project.root
    (folder / ".cfnlintrc").write_text("include_checks: [I]\n", "utf-8")

    assert [refused_by_sam(lint.project) for _ in range(2)] == [""] * 2
    assert lint.times() == 3


def test_where_nothing_can_be_kept_it_is_asked_each_time(lint: Lint, tmp_path: Path) -> None:
    """Here a file has the folder's name."""
    (tmp_path / "cache").touch()

    assert [refused_by_sam(lint.project) for _ in range(2)] == [""] * 2
    assert lint.times() == 2
