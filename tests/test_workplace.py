"""What the workshop is worked on with: hooks, editors, code host and changelog, as a generated service has them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY, TEMPLATE

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
ACTION = re.compile(r"uses: ([\w.-]+/[\w./-]+)@(\S+)(?: # (v\d+\.\d+\.\d+))?$", re.MULTILINE)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
VERSION = re.compile(r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}")


def actions(folder: Path) -> set[tuple[str, str, str]]:
    """Name, commit and release of every action that the workflows of a house use."""
    files = (folder / ".github" / "workflows").glob("*.yml")
    return {use for file in files for use in ACTION.findall(file.read_text("utf-8"))}


def test_actions_are_pinned_by_commit_and_alike_in_both_houses() -> None:
    """A tag can be moved to other code; an action has one commit."""
    used = actions(REPOSITORY) | actions(TEMPLATE)

    assert [use for use in used if not re.fullmatch(r"[0-9a-f]{40}", use[1]) or not use[2]] == []
    assert len({name for name, _, _ in used}) == len(used)


def test_workflows_run_the_makefile_with_few_rights() -> None:
    """What a person runs is what runs there."""
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))

    for file in WORKFLOWS:
        workflow = yaml.safe_load(file.read_text("utf-8"))
        assert workflow["permissions"] == {}
        for job in workflow["jobs"].values():
            assert job["permissions"] in ({"contents": "read"}, {"id-token": "write"})  # the latter is a name to PyPI
            if job.get("runs-on", "").startswith("windows"):  # where there is no make: docs/platforms.md
                continue
            steps = job.get("steps", ())
            assert {step["run"].removeprefix("make ").split()[0] for step in steps if "run" in step} <= targets


@pytest.mark.parametrize(
    ("schema", "files"),
    [("github-workflows", WORKFLOWS), ("dependabot", [REPOSITORY / ".github" / "dependabot.yml"])],
)
def test_what_github_reads_fits_its_schema(schema: str, files: list[Path]) -> None:
    """GitHub's own JSON schemas, as a package carries them."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]

    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_both_houses_have_the_same_habits() -> None:
    """An editor keeps to the same rules, in the same container, in the workshop and in a service."""
    for name in (".editorconfig", ".devcontainer/Dockerfile"):
        assert (REPOSITORY / name).read_bytes() == (TEMPLATE / name).read_bytes()


def test_hooks_run_what_is_locked() -> None:
    """One source of versions: the locked environment, or make, which runs it."""
    (repository,) = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]

    assert repository["repo"] == "local"
    assert {hook["entry"].split("/")[0].split()[0] for hook in repository["hooks"]} == {".venv", "make"}


def test_the_changelog_keeps_its_form() -> None:
    """Source: https://keepachangelog.com/en/1.1.0/, read 2026-11-22."""
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")

    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert text.startswith("# Changelog\n")
    assert versions[0] == "What a version may change"
    assert [each for each in versions[1:] if not VERSION.fullmatch(each)] == []
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= KINDS
