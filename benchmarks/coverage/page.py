"""The tables of the toolkit's page what-converts, between comments that name them."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.coverage.trial import Outcome
from sparely_toolkit.marked import replace_between

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "packages/sparely-toolkit/src/sparely_toolkit/docs/what-converts.md"


def table(outcomes: Sequence[Outcome]) -> str:
    """Return a table a group, each case with what was kept and the largest difference seen."""
    parts = []
    for group, members in groupby(outcomes, key=lambda outcome: outcome.group):
        rows = [f"| {each.name} | {_verdict(each)} | {_size(each)} | {_reason(each)} |" for each in members]
        head = [f"**{group}**", "", "| model | numbers | largest difference | |", "|---|---|---|---|"]
        parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts)


def put(page: str, name: str, content: str) -> str:
    """Return the page with what stands between the comments of that name replaced."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if end not in page.partition(begin)[2]:
        raise ValueError(f"{PAGE.name} has no comment <!-- {name} -->")
    return replace_between(page, begin, end, f"{content}\n")


def verdicts(page: str, name: str) -> dict[tuple[str, str], str]:
    """Read back by group and model which numbers were kept; differences vary with the processor's last bits."""
    content = page.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- end of {name} -->")[0]
    group, read = "", {}
    for line in content.splitlines():
        if line.startswith("**"):
            group = line.strip("*")
        elif line.startswith("| ") and not line.startswith("| model"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            read[group, cells[0]] = cells[1]
    return read


def _verdict(outcome: Outcome) -> str:
    return outcome.kept or "**fails**"


def _size(outcome: Outcome) -> str:
    return "" if outcome.difference is None else f"{outcome.difference:.0e}" if outcome.difference else "0"


def _reason(outcome: Outcome) -> str:
    text = outcome.reason.replace("|", "/").replace("\n", " ")
    return f"{text[:157]}..." if len(text) > 160 else text
