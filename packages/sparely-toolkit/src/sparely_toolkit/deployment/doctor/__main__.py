"""`python -m sparely_toolkit.deployment.doctor`: look at the machine and the account, say what to do; 1 when there is a problem."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from sparely_toolkit.deployment.doctor.finding import PROBLEM, Finding, problem, summary, warning
from sparely_toolkit.deployment.doctor.machine import machine_findings

PROJECT = Path(__file__).resolve().parents[2]


def findings(project: Path, environment: str) -> Iterator[Finding]:
    """All checks, one after the other."""
    yield from machine_findings(project)
    try:
        from sparely_toolkit.deployment.configuration import DeploymentProblem
        from sparely_toolkit.deployment.doctor.account import account_findings
    except ImportError as error:
        yield warning("account", f"not looked at, since there is no {error.name} here yet; `make build` first.")
        return
    try:
        yield from account_findings(project, environment)
    except DeploymentProblem as fault:
        yield problem("samconfig", str(fault))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sparely_toolkit.deployment.doctor", description="Can this be deployed from here?")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    found = []
    for each in findings(PROJECT, parser.parse_args().config_env):
        print(each, flush=True)
        found.append(each)
    print(summary(found))
    return 1 if any(each.state == PROBLEM for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
