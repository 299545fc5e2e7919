"""`sparely plan`."""

import json
from pathlib import Path

import pytest

from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.services import baked
from tests.loadtest.built import write_template


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """A built template, a profile of its package, and a folder for the reports."""
    wall = {"p50": 1.0, "p95": 2.0, "p99": 3.0}
    profile = {
        "init_cpu_ms": 90,
        "init_wall_ms": 110,
        "request_cpu_ms": 0.9,
        "request_wall_ms": wall,
        "peak_memory_mb": 43,
    }
    (tmp_path / "profile.json").write_text(json.dumps(profile))
    template = write_template(tmp_path / "built", reserved=2)
    files = ["--template", str(template), "--measured", str(tmp_path / "profile.json")]
    return ["plan", *files, "--output", str(tmp_path / "reports"), "--region", "us-east-1"]


def test_a_plan_is_printed_and_written(options: list[str], tmp_path: Path, sparely: Sparely) -> None:
    """Markdown on the terminal and in a file, and the page beside it; reserved concurrency is the template's."""
    outcome = sparely(*options, "--requests-per-second", "1", service=baked().root)

    assert outcome.exit_code == ExitCode.DONE
    assert (tmp_path / "reports" / "plan.md").read_text() in outcome.out
    assert (tmp_path / "reports" / "plan.html").read_text().startswith("<!doctype html>")
    assert "| Concurrency allowed | 2 |" in (tmp_path / "reports" / "plan.md").read_text()


def test_a_limit_that_cannot_be_kept_ends_with_one(options: list[str], sparely: Sparely) -> None:
    """For continuous integration: no memory size is quick enough."""
    outcome = sparely(*options, "--requests-per-second", "0.001", "--p95-ms", "5", service=baked().root)

    assert outcome.exit_code == ExitCode.NO
    assert outcome.err == "No memory size keeps a p95 of 5 ms; allow more, or make the models smaller.\n"


@pytest.mark.parametrize(("more", "exit_code", "message"), [
    (["--profile", "weekly"], ExitCode.WRONG_CALL, 'Profile "weekly": no such sample or file.'),
    (["--region", "mars-1"], ExitCode.LACKING, 'prices.toml: no region "mars-1".'),
    (
        ["--requests-per-second", "1e12"],
        ExitCode.WRONG_CALL,
        "1e+12 requests a second are asked for; a plan is for at most 1e+09.",
    ),
    (
        ["--requests-per-second", "1", "--requests-per-month", "5", "--profile", "bursty"],
        ExitCode.WRONG_CALL,
        "--requests-per-second is the same rate all day: leave out --profile, --requests-per-month.",
    ),
    (
        ["--rows", "10", "--requests-per-second", "1"],
        ExitCode.WRONG_CALL,
        "--rows is about a table, which has no traffic: leave out --requests-per-second.",
    ),
    (
        ["--model", "winery/cultivar"],
        ExitCode.WRONG_CALL,
        "Traffic is planned for the whole service: leave out --model.",
    ),
])  # fmt: skip
def test_what_is_unknown_is_told(
    options: list[str], more: list[str], exit_code: ExitCode, message: str, sparely: Sparely
) -> None:
    """A profile or a region that does not exist, with those that do."""
    outcome = sparely(*options, *more, service=baked().root)

    assert outcome.exit_code == exit_code
    assert outcome.err.startswith(message)


def test_what_is_known_better_goes_before_the_assumptions(options: list[str], tmp_path: Path, sparely: Sparely) -> None:
    """A file holds what differs and no more."""
    (tmp_path / "own.toml").write_text("[runtime]\ninit_ms = 45\n")

    own = ["--requests-per-second", "0.001", "--assumptions", str(tmp_path / "own.toml")]

    outcome = sparely(*options, *own, service=baked().root)

    assert "- runtime: init_ms 45, request_ms 0.5." in outcome.out


def test_a_parameter_that_the_template_has_not_is_told(options: list[str], sparely: Sparely) -> None:
    """A misspelt switch would bring nothing."""
    outcome = sparely(*options, "--parameter-overrides", "LogSample=0.01", service=baked().root)

    assert outcome.exit_code != ExitCode.DONE
    assert "LogSample" in outcome.err


def test_an_assumption_that_the_plan_does_not_make_is_told(
    options: list[str], tmp_path: Path, sparely: Sparely
) -> None:
    """A misspelt value would change nothing."""
    (tmp_path / "own.toml").write_text("[runtime]\nstart_ms = 45\n")

    outcome = sparely(*options, "--assumptions", str(tmp_path / "own.toml"), service=baked().root)

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == "own.toml cannot be read: [runtime] start_ms; it may have init_ms, request_ms.\n"


def test_a_file_that_no_profile_has_printed_is_told(options: list[str], tmp_path: Path, sparely: Sparely) -> None:
    """It is named, with what would be right."""
    (tmp_path / "profile.json").write_text("{}")

    outcome = sparely(*options, service=baked().root)

    file = tmp_path / "profile.json"
    assert outcome.err == f"{file} does not hold what `sparely profile` prints: init_cpu_ms is missing.\n"
