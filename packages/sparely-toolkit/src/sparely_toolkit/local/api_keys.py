"""API keys of a REST API: one key is known here, and its use is counted against the usage plan."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match
from sparely_toolkit.local.usage_plan import UsagePlan

KEY_ID = "local00key"


def local_key() -> str:
    """Give the key that is accepted here."""
    return os.environ.get("LOCAL_API_KEY", "local")


def checker(key: str, plan: UsagePlan) -> Callable[[HttpRequest, Match], Mapping[str, Any]]:
    """
    Make the check of `x-api-key`: a missing and a wrong key get the same answer, 403 Forbidden.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
    """

    def check(asked: HttpRequest, match: Match) -> Mapping[str, Any]:
        if asked.header("x-api-key") != key:
            raise Refusal(Fault.FORBIDDEN)
        plan.use()
        return {"identity": {"apiKey": key, "apiKeyId": KEY_ID}}

    return check
