"""A version that predicts wrongly: refused before traffic, with a reason, and taken back."""

import json
from pathlib import Path

import pytest

from tests.deployment.conftest import BakeNamed, Deployed, MockAws

# Three builds and deployments. Its samples: tests/deployment/test_rehearsal.py has a version with wrong predictions
# refused before traffic, the toolkit's tests/deployment/test_rollback.py goes back to another.
pytestmark = pytest.mark.soak

MODEL = Path("src/models/winery/alcohol")


@pytest.fixture(scope="module")
def spoiled(aws: MockAws, bake_named: BakeNamed) -> Deployed:
    """A service whose second deployment answers one golden row otherwise than its estimator did."""
    service = Deployed(aws, bake_named("spoiled", "http-iam"))
    service.deploy("first")
    golden = json.loads((service.folder / MODEL / "golden.json").read_text("utf-8"))
    golden["predictions"][0]["value"] += 1
    (service.folder / MODEL / "golden.json").write_text(json.dumps(golden), encoding="utf-8")
    _subscribe(service)
    service.deploy("spoiled")
    service.play_code_deploy("spoiled", "CheckNewVersion")
    return service


def _subscribe(service: Deployed) -> None:
    queue = service.aws.client("sqs").create_queue(QueueName="operations")["QueueUrl"]
    arn = service.aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    topic = service.physical_id("OperationsTopic")
    service.aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])


def test_it_is_refused_in_both_dialects(spoiled: Deployed) -> None:
    """Each route that predicts wrongly is named with the place, the value and the expected one; no other is."""
    findings = spoiled.verdicts["spoiled"]["findings"]

    assert [finding.partition(":")[0] for finding in findings] == [
        "winery/alcohol, POST /predict/{area}/{model}",
        "winery/alcohol, POST /v2/models/{model}/infer",
    ]
    assert all("predictions[0].value is " in finding and "; expected " in finding for finding in findings)


def test_code_deploy_is_told(spoiled: Deployed) -> None:
    """The deployment fails instead of waiting for an hour."""
    assert spoiled.statuses["spoiled"] == "Failed"


def test_operators_are_told_why(spoiled: Deployed) -> None:
    """The topic's message has the reason, which CodeDeploy's own messages have not."""
    sqs = spoiled.aws.client("sqs")
    queue = sqs.get_queue_url(QueueName="operations")["QueueUrl"]

    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]

    notice = json.loads(message["Body"])
    assert notice["Subject"].endswith("stopped: Check before traffic failed")
    assert "winery/alcohol, POST /predict/{area}/{model}: predictions[0].value is" in notice["Message"]


def test_a_wrong_answer_while_traffic_moves_stops_the_deployment(spoiled: Deployed) -> None:
    """The function that AskWhileShifting has invoke itself asks through the alias, and tells CodeDeploy and the topic."""
    code_deploy, functions = spoiled.aws.client("codedeploy"), spoiled.aws.client("lambda")
    deployment = code_deploy.create_deployment(
        applicationName=spoiled.physical_id("ServerlessDeploymentApplication"),
        deploymentGroupName=spoiled.physical_id("PredictFunctionDeploymentGroup"),
    )["deploymentId"]

    event = json.dumps({"AskWhileShifting": deployment}).encode()
    answer = functions.invoke(FunctionName=spoiled.physical_id("CheckNewVersion"), Payload=event)

    assert "predictions[0].value is " in json.load(answer["Payload"])["findings"][0]
    assert code_deploy.get_deployment(deploymentId=deployment)["deploymentInfo"]["status"] == "Stopped"
    sqs = spoiled.aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="operations")["QueueUrl"])["Messages"]
    assert f"Deployment {deployment} stopped: a wrong answer while traffic moved" in message["Body"]


def test_without_a_record_no_version_is_guessed(spoiled: Deployed) -> None:
    """The mock's CodeDeploy keeps none; the command names what is there and leaves the alias alone."""
    printed = spoiled.run("sh", "-c", "make rollback || true")

    assert "served before 2; published are 1, 2." in printed
    assert spoiled.serving() == "2"


def test_the_version_that_is_named_comes_back(spoiled: Deployed) -> None:
    """`make rollback` moves the alias to it, and `make doctor` tells of the difference."""
    printed = spoiled.run("make", "rollback", "ARGS=--to 1")

    assert printed == "live of spoiled-dev: version 2 -> 1, all traffic.\n"
    assert spoiled.serving() == "1"
    assert "the alias serves 1 and the stack names 2" in spoiled.run("make", "doctor")


def test_the_same_release_can_be_deployed_again(spoiled: Deployed) -> None:
    """Under another id, since Lambda publishes nothing that equals version 2."""
    spoiled.deploy("again")

    assert spoiled.versions["again"] == "3"
