"""The hooks of .pre-commit-config.yaml run here, without a network, and find nothing in a fresh service."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.services import baked

PROJECT = baked().root
# Types are what `make check` checks, and cold they take a minute.
SKIPPED = "mypy"
LEFT_OUT = (
    ".venv",
    ".git",
    ".aws-sam",
    ".rehearsal",
    "reports",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    ".coverage*",
)


def hooks() -> dict[str, dict[str, Any]]:
    (repository,) = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert repository["repo"] == "local"
    return {hook["id"]: hook for hook in repository["hooks"]}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """This service as somebody has just added it to git, with this environment as its .venv."""
    folder = tmp_path / "service"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (folder / ".venv").symlink_to(sys.prefix)
    (tmp_path / "home").mkdir()
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Nothing of this machine's own git settings and caches."""
    home = str(folder.parent / "home")
    ours = {"HOME": home, "PRE_COMMIT_HOME": f"{home}/pre-commit", "RUFF_CACHE_DIR": f"{home}/ruff"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "AWS_"))}
    return {**kept, **ours, "SKIP": SKIPPED, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=environment(folder), check=True)


def run_hooks(folder: Path, *hook: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [".venv/bin/pre-commit", "run", *hook, "--all-files"],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )


def test_hooks_find_nothing_in_what_is_here(checkout: Path) -> None:
    """Who installs the hooks is not met with other people's faults."""
    done = run_hooks(checkout)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "(no files to check)" not in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "hook"),
    [
        ("src/extra.py", "import os\nprint( 1)\n", "ruff"),
        ("events/extra.json", "{", "check-json"),
        ("notes.md", "blanks   \n", "trailing-whitespace"),
        ("notes.md", "no end", "end-of-file-fixer"),
        ("src/rows.csv", "1,2,3\n" * 100_000, "check-added-large-files"),
        ("key.pem", "-----BEGIN " + "RSA PRIVATE KEY-----\n", "detect-private-key"),
    ],
)
def test_a_fault_is_found(checkout: Path, name: str, content: str, hook: str) -> None:
    """Each kind of fault by the hook that is there for it."""
    (checkout / name).write_text(content, "utf-8")
    git(checkout, "add", "--all")

    done = run_hooks(checkout, hook)

    assert done.returncode == 1
    assert f"hook id: {hook}\n" in done.stdout


def test_hooks_run_what_is_locked() -> None:
    """One source of versions: each program comes from requirements/dev.txt."""
    assert [name for name, hook in hooks().items() if not hook["entry"].startswith(".venv/bin/")] == []


def test_types_are_checked_where_make_check_checks_them() -> None:
    """A folder that is new in one is new in the other."""
    assert hooks()["mypy"]["entry"] == ".venv/bin/sparely check types"
