"""The four choices of `api` side by side: what is asked of each, and how figures become tables."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import choices
from benchmarks.choices import VOLUMES, Choice, readme_bill, tables
from benchmarks.choices_calls import operations
from benchmarks.measurement import Summary
from sparely_toolkit.loadtest.cost.bill import Bill, Item
from sparely_toolkit.local import intrinsics
from tests.conftest import REPOSITORY, run
from tests.support.services import APIS, baked

PAGES = [("docs/api-choices.md", "choices"), ("README.md", "bill")]


def a_choice(api: str, **changes: Any) -> Choice:
    """A dollar for the gateway, two for the logs; with the switches one for the logs."""
    gateway = Item("requests", 1, "requests", 1.0, "gateway")
    bills = tuple(Bill((gateway, Item("Logs", 1, "GB", usd, "logs"))) for usd in (2.0, 1.0))
    return Choice(**{"api": api, "routes": 34, "answered": 34, "stranger": 403, "added_ms": Summary(1.5, 1.0, 2.0),
                     "bills": dict.fromkeys(VOLUMES, bills), **changes})  # fmt: skip


def test_each_operation_of_the_contract_is_asked_with_its_example() -> None:
    """Names in paths have values, and every POST a body."""
    contract = intrinsics.load((baked("function-url").root / "openapi.yaml").read_text("utf-8"))

    asked = list(operations(contract))

    assert len(asked) == 34
    assert not [path for _, path, _ in asked if "{" in path]
    assert all((method == "POST") == bool(body) for method, _, body in asked)
    assert {"instances", "inputs"} <= {name for _, _, body in asked if body for name in json.loads(body)}


def test_the_tables_have_every_choice_and_every_part() -> None:
    """Side by side, and the bill item by item as it comes and with all switches."""
    text = tables([a_choice("http-iam"), a_choice("function-url")], 100)

    assert "| http-iam | 34 of 34 | 403 | 1.5 (1.0 - 2.0) | 3.00 | 3.00 | 2.00 | 2.00 |" in text
    assert "| function-url, all switches | 1.00 | 0.00 | 1.00 | 0.00 | 0.00 | 0.00 | 2.00 |" in text
    assert "| http-iam | 1.00 | 0.00 | 2.00 | 0.00 | 0.00 | 0.00 | 3.00 |" in readme_bill([a_choice("http-iam")])


@pytest.mark.parametrize(("changes", "exit_code"), [({}, 0), ({"answered": 33}, 1), ({"stranger": 200}, 1)], ids=str)
def test_a_route_without_answer_or_an_open_door_ends_with_one(
    changes: dict[str, Any], exit_code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For whoever runs it unattended."""
    monkeypatch.setattr(choices, "measure", lambda apis, requests: [a_choice("http-iam", **changes)])

    assert choices.main([]) == exit_code


@pytest.mark.parametrize(("page", "mark"), PAGES)
def test_the_pages_have_their_tables(page: str, mark: str) -> None:
    """All four choices, in marks that the command finds."""
    text = (REPOSITORY / page).read_text("utf-8")

    part = text.partition(f"<!-- {mark}:begin -->")[2].partition(f"<!-- {mark}:end -->")[0]
    assert all(f"| {api} |" in part and f"| {api}, all switches |" in part for api in APIS)


@pytest.mark.soak
def test_the_command_measures_and_writes(tmp_path: Path) -> None:
    """Its shortest form: one service, built, served twice, asked and priced."""
    for page, mark in PAGES:
        (tmp_path / page).parent.mkdir(exist_ok=True)
        (tmp_path / page).write_text(f"<!-- {mark}:begin -->\n<!-- {mark}:end -->\n", "utf-8")
    short = ["--requests", "20", "--apis", "function-url", "--write", "--output", str(tmp_path)]

    printed = run(sys.executable, "-m", "benchmarks.choices", *short, cwd=REPOSITORY)

    assert "| function-url | 34 of 34 | 403 |" in printed
    assert "| function-url, all switches | 0.00 |" in (tmp_path / "README.md").read_text("utf-8")
