"""The checks before and after traffic, asked through the local server's Invoke in Lambda's place."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import boto3
from botocore.config import Config

from sparely.check.dialects import MEANT
from sparely.check.settings import Settings, read_settings
from sparely.check.shift import PAUSE_S, Shift, ask_while_shifting
from sparely.check.target import Target
from sparely.check.verdict import Verdict, check_alias, check_new_version
from sparely_toolkit.deployment.rehearsal.plan import Plan
from sparely_toolkit.deployment.rehearsal.server import LIVE, NEW, LocalServer

PATIENCE_S = 900
"""The longest that Lambda lets a function run; here it is the local server that ends what takes too long."""
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:rehearsal"


class RehearsedTarget(Target):
    """A version here: the local server has no digest and no description, so these are what they should be."""

    server: LocalServer

    def at(self, arn: str) -> "RehearsedTarget":
        return target(self.server, arn, self._remaining_ms)

    def configuration(self) -> Mapping[str, Any]:
        weights = {name: each["weight"] for name, each in self.server.status()["versions"].items()}
        return {"Version": max(weights, key=lambda name: weights[name]), "CodeSha256": "not known here"}


def target(server: LocalServer, arn: str, remaining_ms: Callable[[], float]) -> RehearsedTarget:
    """Reach a version or the alias by its ARN."""
    session: Any = boto3.Session("local", "local", region_name="us-east-1")
    once = Config(read_timeout=PATIENCE_S, retries={"total_max_attempts": 1})
    rehearsed = RehearsedTarget(session.client("lambda", endpoint_url=server.url, config=once), arn, remaining_ms)
    rehearsed.server = server
    return rehearsed


def before_traffic(plan: Plan, server: LocalServer) -> Verdict:
    """Ask the new version, with the live one for comparison."""
    remaining_ms = time_of_check(plan)
    new, live = (target(server, f"{FUNCTION}:{version}", remaining_ms) for version in (NEW, LIVE))
    return check_new_version(_settings(plan), plan.models, new, live)


def after_traffic(plan: Plan, server: LocalServer) -> Verdict:
    """Ask the alias."""
    return check_alias(_settings(plan), plan.models, target(server, f"{FUNCTION}:live", time_of_check(plan)))


def while_shifting(plan: Plan, server: LocalServer, *, minute_s: float, goes_on: Callable[[], bool]) -> Shift:
    """Ask golden rows through the alias, as often in a minute of the rehearsal as in one of AWS'."""
    asked = target(server, f"{FUNCTION}:live", time_of_check(plan))
    return ask_while_shifting(_settings(plan), plan.models, asked, pause_s=PAUSE_S * minute_s / 60, goes_on=goes_on)


def time_of_check(plan: Plan) -> Callable[[], float]:
    """What is left, in ms, of the time that a check has on AWS; here it begins now."""
    end = time.monotonic() + plan.check_timeout_s
    return lambda: (end - time.monotonic()) * 1000


def why(verdict: Verdict, *, is_injected: bool) -> str:
    """The first of what was found wrong; without advice to record it where the rehearsal itself has made it wrong."""
    return verdict.findings[0].removesuffix(f"; {MEANT}") if is_injected else verdict.findings[0]


def _settings(plan: Plan) -> Settings:
    known = {**plan.check_settings, "NEW_VERSION": f"{FUNCTION}:{NEW}", "ALIAS": f"{FUNCTION}:live"}
    return replace(read_settings(known), release_id="")
