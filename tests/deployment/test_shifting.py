"""AskWhileShifting=on: a good version's golden rows are asked through the alias until traffic has moved."""

import time

import pytest

from tests.deployment.conftest import CHANGED, BakeNamed, Deployed, MockAws

SAID = "While traffic moved: 240 golden calls through the alias, 240 answered by version 1."
PATIENCE_S = 400


@pytest.mark.soak
def test_golden_rows_are_asked_while_traffic_moves(aws: MockAws, bake_named: BakeNamed) -> None:
    """The check before traffic passes, invokes itself, and is done when one version answers all; nothing is stopped."""
    service = Deployed(aws, bake_named("shifting", "http-iam"))
    service.set_parameters(**CHANGED, AskWhileShifting="on")
    service.deploy("first")
    service.play_code_deploy("first", "CheckNewVersion")
    until = time.monotonic() + PATIENCE_S
    while SAID not in aws.log.read_text("utf-8") and time.monotonic() < until:
        time.sleep(1)

    assert service.verdicts["first"]["passed"]
    assert service.statuses["first"] == "Succeeded"
    assert SAID in aws.log.read_text("utf-8")
