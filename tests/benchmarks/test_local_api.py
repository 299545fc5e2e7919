"""What is measured of the local API: how load is read, what an area is made of, how figures are told."""

import json
import shutil
from argparse import Namespace
from pathlib import Path

import pytest

from benchmarks.local_api import area, speed
from benchmarks.local_api.load import Load, read_wrk
from sparely_toolkit.names import FUNCTION
from sparely_toolkit.project import Project
from tests.support.services import MODELS

WRK = """Running 10s test @ http://127.0.0.1:3000/predict/clinic/high-risk
  1 threads and 2 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.88ms  303.41us   9.01ms   93.24%
    Req/Sec     1.07k    48.23     1.15k    73.00%
  Latency Distribution
     50%    1.83ms
     75%    1.94ms
     90%    2.10ms
     99%  500.00us
  10646 requests in 10.00s, 5.06MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 4
Requests/sec:   1064.53
Transfer/sec:    518.22KB
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A service whose built package holds the sample models."""
    made = Project(tmp_path)
    shutil.copytree(MODELS, made.built / FUNCTION / "models")
    made.built_template.touch()
    return made


def test_wrk_is_read() -> None:
    """Rate, percentiles in ms, requests, and all that failed in whatever way."""
    assert read_wrk(WRK) == Load(rate=1064.53, p50_ms=1.83, p99_ms=0.5, requests=10646, failed=7)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_area_has_as_many_models_as_wanted(project: Project, count: int) -> None:
    """Some are left out, or copies get names of their own; each has a row."""
    with area.area_of(project, count) as (template, name, rows):
        models = sorted((template.parent / FUNCTION / "models" / name).iterdir())
        names = [json.loads((model / "manifest.json").read_text("utf-8"))["name"] for model in models]

    assert [model.name for model in models] == names == sorted(rows)
    assert len(names) == count


def test_area_is_told_by_the_number_of_its_models() -> None:
    """One line a size, and how it was measured."""
    lines = area.table([area.Figures(2, 2.58, 1.42, 1.82), area.Figures(6, 7.89, 1.78, 4.46)], 300).splitlines()

    assert lines[2:4] == ["| 2 | 2.58 | 1.42 | 1.8 |", "| 6 | 7.89 | 1.78 | 4.5 |"]
    assert lines[-1].endswith("; medians of 300 rounds in turns, one row a request.")


def test_speed_is_told_beside_what_others_reach() -> None:
    """What the gateway adds, and how many times as many requests as `sam local start-api`."""
    here, there = Load(1000.0, 1.8, 3.0, 10_000, 0), Load(50.0, 35.0, 900.0, 500, 1)
    figures = speed.Figures(here, there, 0.5, 1.3, 44.0, 44.5, 20_000)

    lines = speed.table(figures, Namespace(environments=2, connections=2, seconds=10)).splitlines()

    assert "| added by the gateway, p50 | 0.80 ms |" in lines
    assert "| times as many requests | 20 |" in lines
