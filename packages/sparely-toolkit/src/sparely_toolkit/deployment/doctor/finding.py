"""What one check found, and how it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True)
class Finding:
    """
    One line of the report.

    Attributes:
        state: OK, WARNING (deploying works, or it could not be looked at) or PROBLEM (deploying would fail).
        text: what is there, and in one sentence what to do about it.
        of_aws: whether it lies at AWS or on the way there, and not in this machine or service.
    """

    state: str
    check: str
    text: str
    of_aws: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.state:8} {self.check:12} {self.text}"


def ok(check: str, text: str) -> Finding:
    return Finding(OK, check, text)


def warning(check: str, text: str) -> Finding:
    return Finding(WARNING, check, text)


def problem(check: str, text: str) -> Finding:
    return Finding(PROBLEM, check, text)


def summary(findings: Sequence[Finding]) -> str:
    """One sentence on all of them."""
    problems, warnings = (sum(each.state == state for each in findings) for state in (PROBLEM, WARNING))
    if problems:
        return f"{_count(problems, 'problem')} to solve before `make deploy` can work."
    if warnings:
        return f"No problem found; {_count(warnings, 'warning')} to read."
    return "All is well."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
