"""The command line of the plan."""

import json
from pathlib import Path

import pytest

from sparely_toolkit.loadtest.plan.__main__ import main
from tests.loadtest.built import write_template


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
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
    return [*files, "--output", str(tmp_path / "reports"), "--region", "us-east-1"]


def test_a_plan_is_printed_and_written(given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown on the terminal and in a file, and the page beside it; reserved concurrency is the template's."""
    status = main([*given, "--requests-per-second", "1"])

    assert status == 0
    assert (tmp_path / "reports" / "plan.md").read_text() in capsys.readouterr().out
    assert (tmp_path / "reports" / "plan.html").read_text().startswith("<!doctype html>")
    assert "| Concurrency allowed | 2 |" in (tmp_path / "reports" / "plan.md").read_text()


def test_a_limit_that_cannot_be_kept_ends_with_one(given: list[str]) -> None:
    """For continuous integration: no memory size is quick enough."""
    assert main([*given, "--requests-per-second", "1", "--p95-ms", "5"]) == 1


@pytest.mark.parametrize(("more", "message"), [
    (["--profile", "weekly"], 'Profile "weekly": no such sample or file.'),
    (["--region", "mars-1"], 'prices.toml: no region "mars-1".'),
])  # fmt: skip
def test_what_is_unknown_ends_with_two(
    given: list[str], more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A profile or a region that does not exist is told with those that do."""
    assert main([*given, *more]) == 2
    assert capsys.readouterr().err.startswith(message)
