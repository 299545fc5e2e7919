"""
The check after traffic, run by hand: CodeDeploy runs none when a stack is created.

The deployed check itself is invoked, so that code, golden rows, rights and settings are those that every later
deployment meets.
"""

import json
import textwrap
from typing import Any

from botocore.config import Config

from sparely_toolkit import names
from sparely_toolkit.deployment.aws import session
from sparely_toolkit.deployment.stack import require_stack
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.samconfig import Stage

# Longer than the check may run, and once only: a second one would begin while the first still runs.
PATIENCE = Config(read_timeout=920, tcp_keepalive=True, retries={"total_max_attempts": 1})


class NoVerdict(Problem):
    """The check itself has failed."""

    exit_code = ExitCode.AWS

    def __init__(self, check: str, message: object) -> None:
        super().__init__(f"{check} failed: {str(message).rstrip('.')}.")


class WrongAnswers(Problem):
    """The service does not give its models' golden answers."""

    exit_code = ExitCode.NO

    def __init__(self, stack: str) -> None:
        super().__init__(f"{stack} answers, but not as it should; callers reach it all the same.")


def ask(client: Any, check: str) -> dict[str, Any]:
    """
    Run the check and return its verdict: `passed`, `findings`, `figures`.

    Raises:
        NoVerdict: the check did not come to one.
    """
    answer = client.invoke(FunctionName=check, Payload=b"{}")
    text = answer["Payload"].read().decode(errors="replace")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"errorMessage": f'it answers "{textwrap.shorten(text, 60)}", which is no verdict'}
    if answer.get("FunctionError") or not document.keys() >= {"passed", "findings", "figures", "extent"}:
        raise NoVerdict(check, document.get("errorMessage") or "what it answers is no verdict; `make deploy` renews it")
    return document


def smoke(stage: Stage) -> str:
    """
    Check what the alias reaches; what is found wrong is printed.

    Returns:
        One sentence on what is right.

    Raises:
        Problem: the stack is not there, the check fails, or it finds something.
    """
    aws = session(stage)
    stack = require_stack(aws.client("cloudformation"), stage)
    verdict = ask(aws.client("lambda", config=PATIENCE), stack.output(names.OUTPUT_CHECK))
    for finding in verdict["findings"]:
        print(f"- {finding}")
    if not verdict["passed"]:
        raise WrongAnswers(stack.name)
    figures = verdict["figures"]
    pace = f"p95 {figures['p95_ms']} ms" if "p95_ms" in figures else "no time to time a call"
    return f"{stack.name} gives {len(figures['models'])} models' golden answers, {pace}; {verdict['extent']}."
