"""What the doctor says of provisioned concurrency, and of an alias that was left split."""

from datetime import UTC, datetime

import pytest

from sparely_toolkit.deployment.doctor.concurrency import provisioned, weights
from sparely_toolkit.deployment.doctor.finding import Finding
from sparely_toolkit.samconfig import Stage
from tests.deployment.conftest import Stub

ALIAS = "arn:aws:lambda:us-east-1:123456789012:function:s-PredictFunction-1:live"


@pytest.mark.parametrize(
    ("reserved", "wanted", "rollout"),
    [("-1", "5", "AllAtOnce"), ("5", "5", "AllAtOnce"), ("2", "0", "Canary10Percent5Minutes"), ("0", "0", "AllAtOnce")],
)
def test_what_goes_together_is_no_finding(reserved: str, wanted: str, rollout: str) -> None:
    """Nothing reserved is no limit."""
    parameters = {"ReservedConcurrency": reserved, "ProvisionedConcurrency": wanted, "Rollout": rollout}

    assert list(provisioned(parameters)) == []


@pytest.mark.parametrize("reserved", ["0", "4"])
def test_more_provisioned_than_reserved_is_a_problem(reserved: str) -> None:
    """Lambda would refuse it in the middle of the deployment."""
    (finding,) = provisioned({"ReservedConcurrency": reserved, "ProvisionedConcurrency": "5"})

    assert finding.state == "problem"
    assert finding.text == (
        f"ProvisionedConcurrency=5 is more than ReservedConcurrency={reserved}; reserve as many, or -1 for none."
    )


def test_provisioned_concurrency_with_a_canary_is_a_problem() -> None:
    """The template's Rule says the same."""
    (finding,) = provisioned({"ProvisionedConcurrency": "5", "Rollout": "Linear10PercentEvery1Minute"})

    assert finding.state == "problem"
    assert finding.text.endswith("while traffic moves nothing of it can be changed; set Rollout=AllAtOnce.")


def found(stub: Stub, left: dict[str, float], status: str = "UPDATE_ROLLBACK_COMPLETE", wanted: str = "0") -> Finding:
    """The finding for an alias that names version 7."""
    cloudformation, stacks = stub("cloudformation")
    functions, aws = stub("lambda")
    made = datetime(2026, 1, 1, tzinfo=UTC)
    outputs = [{"OutputKey": "FunctionAlias", "OutputValue": ALIAS}]
    stack = {"StackName": "s", "CreationTime": made, "StackStatus": status, "Outputs": outputs}
    stacks.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "s"})
    if not status.endswith("_IN_PROGRESS"):
        routing = {"RoutingConfig": {"AdditionalVersionWeights": left}} if left else {}
        aws.add_response("get_alias", {"FunctionVersion": "7", **routing})
    return weights(cloudformation, functions, Stage("prod", "s"), {"ProvisionedConcurrency": wanted})


def test_an_alias_of_one_version_is_as_it_should_be(stub: Stub) -> None:
    """Nobody gets another."""
    assert found(stub, {}) == Finding("ok", "alias", "live sends all traffic to version 7")


@pytest.mark.parametrize(("wanted", "state"), [("0", "warning"), ("2", "problem")])
def test_weights_that_a_deployment_has_left_are_seen(stub: Stub, wanted: str, state: str) -> None:
    """With provisioned concurrency nothing can be deployed over them."""
    finding = found(stub, {"8": 0.1}, wanted=wanted)

    assert finding.state == state
    assert finding.text == (
        "live still sends 10% to version 8, though no deployment runs: "
        '`make rollback STAGE=prod ARGS="--to 7"` gives one version all.'
    )


def test_weights_of_a_deployment_that_runs_are_its_own(stub: Stub) -> None:
    """It is moving traffic."""
    assert found(stub, {"8": 0.1}, "UPDATE_IN_PROGRESS").state == "ok"
