"""The service's Makefile: each command has a target of one line, and each target is a command."""

import os
import re
import subprocess

import pytest

from sparely_toolkit.cli import commands  # noqa: F401  # registers them
from sparely_toolkit.cli.application import app
from support.services import baked

TEXT = (baked().root / "Makefile").read_text("utf-8")
TARGETS = dict(re.findall(r"^([a-z-]+):[^\n]* \.venv/[^\n]*\n((?:\t.*\n)+)", TEXT, re.MULTILINE))
COMMANDS = {
    (each.name or each.callback.__name__.replace("_", "-")): each for each in app.registered_commands if each.callback
}
WITHOUT_TARGET = {"profile", "token"}
"""What `make run` and the plan name as commands to call."""
OUTSIDE = {key: value for key, value in os.environ.items() if not key.startswith("MAKE") and key != "MFLAGS"}
"""The environment of somebody who types: these tests may themselves be started by a make, whose flags are inherited."""


def test_every_command_has_a_target() -> None:
    """What can be typed behind `sparely` can be typed behind make."""
    shown = {name for name, command in COMMANDS.items() if not command.hidden}

    assert shown - set(TARGETS) == WITHOUT_TARGET


@pytest.mark.parametrize("target", TARGETS)
def test_target_is_one_line_that_calls_its_command(target: str) -> None:
    """What it does stands in one place, the command."""
    (line,) = TARGETS[target].splitlines()

    assert line.startswith(f"\t@$(SPARELY) {target} ")
    assert target in COMMANDS


def test_variables_become_options() -> None:
    """As make would call it."""
    call = [
        "make",
        "-n",
        "add-model",
        "MODEL=a b.joblib",
        "AREA=shop",
        "NAME=churn",
        "DATA=r.csv",
        "ARGS=--target left",
    ]

    printed = subprocess.run(call, cwd=baked().root, env=OUTSIDE, capture_output=True, text=True, check=True).stdout

    assert printed.splitlines()[-1].split() == (
        [
            ".venv/bin/sparely",
            "add-model",
            '"a',
            'b.joblib"',
            "--area",
            '"shop"',
            "--name",
            '"churn"',
            "--data",
            '"r.csv"',
            "--target",
            "left",
        ]
    )


def test_help_lists_every_target_that_people_call() -> None:
    """`make` alone says what there is."""
    printed = subprocess.run(["make"], cwd=baked().root, env=OUTSIDE, capture_output=True, text=True, check=True).stdout

    listed = {line.split()[1] for line in printed.splitlines()}
    assert listed == {*TARGETS, "help"} - {"package"}


@pytest.mark.parametrize("target", ["run", "invoke", "load", "plan", "rehearse", "deploy"])
def test_stage_that_is_named_is_handed_on(target: str) -> None:
    """What is served, measured and played here is what would be deployed."""
    call = ["make", "-n", target, "STAGE=prod"]

    printed = subprocess.run(call, cwd=baked().root, env=OUTSIDE, capture_output=True, text=True, check=True).stdout

    assert '--stage "prod"' in printed.splitlines()[-1]


def test_rehearsal_keeps_its_own_stage_where_none_is_named() -> None:
    """It plays production's rollout."""
    environment = {name: value for name, value in OUTSIDE.items() if name != "STAGE"}
    call = ["make", "-n", "rehearse"]

    printed = subprocess.run(call, cwd=baked().root, env=environment, capture_output=True, text=True, check=True).stdout

    assert "--stage" not in printed.splitlines()[-1]


@pytest.mark.parametrize("target", [[], ["test"]])
def test_make_in_src_says_where_to_call_it(target: list[str]) -> None:
    """The Makefile there is for sam build, which asks for build-NAME alone."""
    done = subprocess.run(
        ["make", *target], cwd=baked().root / "src", env=OUTSIDE, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == (
        "src/Makefile is for sam build alone: call make in the service's folder, with cd .. before it."
    )
