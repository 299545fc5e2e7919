"""The service's own checks, which CodeDeploy runs before and after a new version's traffic, through the thin function."""

from collections.abc import Callable
from typing import Any

import boto3

from sparely.bundle import read_bundles
from sparely.check.settings import Settings
from sparely.check.target import Target
from sparely.check.verdict import check_alias
from support.api import Api
from support.services import MODELS

ARN = "arn:aws:lambda:us-east-1:123456789012:function:ProxyFunction"


class Client:
    """Lambda's Invoke as the local server has it; which version answers is not asked of a server that has one."""

    def __init__(self, url: str) -> None:
        self._lambda = boto3.client(
            "lambda", endpoint_url=url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )

    def invoke(self, **arguments: Any) -> Any:
        return self._lambda.invoke(**{**arguments, "FunctionName": "ProxyFunction"})

    def get_function_configuration(self, **_: Any) -> dict[str, str]:
        return {"Version": "1"}


def test_golden_rows_pass_through_function_and_endpoint(serve: Callable[[str], Api]) -> None:
    """Every model, both dialects: a deployment that is well is not stopped."""
    settings = Settings(f"{ARN}:1", f"{ARN}:live", "", "2.0", 8, 1.5, 60_000, "topic")
    target = Target(Client(serve("multi-model").url), settings.alias, lambda: 1_000_000)

    verdict = check_alias(settings, read_bundles(MODELS), target)

    assert verdict.findings == ()
