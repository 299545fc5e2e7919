"""
The check after traffic, run by hand: CodeDeploy runs none when a stack is created.

`python -m sparely_toolkit.deployment.smoke` invokes the deployed check itself, so that code, golden rows, rights and settings
are those that every later deployment meets.
"""

import argparse
import json
import sys
from typing import Any

from botocore.config import Config

from sparely_toolkit.deployment.configuration import PROJECT, DeploymentProblem, read_environment
from sparely_toolkit.deployment.stack import require_stack, session

# Longer than the check may run, and once only: a second one would begin while the first still runs.
PATIENCE = Config(read_timeout=320, retries={"total_max_attempts": 1})


def ask(client: Any, check: str) -> dict[str, Any]:
    """
    Run the check and return its verdict: `passed`, `findings`, `figures`.

    Raises:
        DeploymentProblem: the check did not come to a verdict.
    """
    answer = client.invoke(FunctionName=check, Payload=b"{}")
    document: dict[str, Any] = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise DeploymentProblem(f"{check} failed: {document.get('errorMessage')}")
    return document


def smoke(environment_name: str) -> int:
    """Check what the alias reaches and print the verdict; 0 when it passed."""
    environment = read_environment(PROJECT / "samconfig.toml", environment_name)
    aws = session(environment)
    stack = require_stack(aws.client("cloudformation"), environment.stack_name)
    verdict = ask(aws.client("lambda", config=PATIENCE), stack.output("PostTrafficCheck"))
    for finding in verdict["findings"]:
        print(f"- {finding}")
    if not verdict["passed"]:
        print(f"{stack.name} answers, but not as it should; callers reach it all the same.")
        return 1
    figures = verdict["figures"]
    print(f"{stack.name} gives {len(figures['models'])} models' golden answers, p95 {figures['p95_ms']} ms.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask the deployed service for every model's golden answers.")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    try:
        return smoke(parser.parse_args().config_env)
    except DeploymentProblem as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
