"""The pages about settings and the warm-up followed to the letter, up to both deployments, against a mock of AWS."""

import json
import shutil
from typing import Any

import pytest

from sparely_toolkit.upkeep.pages import page
from tests.deployment.conftest import Deployed, MockAws
from tests.support.pages import SETTINGS, follow
from tests.support.services import baked

pytestmark = pytest.mark.soak  # a page of a dozen settings, two deployments: a minute and a half

PAGE = page(SETTINGS)
KEY = "/prediction-service/partner-key"


@pytest.fixture(scope="module")
def changed(aws: MockAws, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """A service with all that the page changes, checked, tested and deployed."""
    folder = tmp_path_factory.mktemp("settings") / "prediction-service"
    shutil.copytree(baked().root, folder, symlinks=True, ignore=shutil.ignore_patterns(".aws-sam", "__pycache__"))
    service = Deployed(aws, folder)
    aws.client("ssm").put_parameter(Name=KEY, Value="s3cret", Type="SecureString")

    def typed(lines: str) -> None:
        service.printed[lines] = service.run("bash", "-ec", lines)

    follow(page("warm-up"), folder, typed)
    follow(PAGE, folder, typed, kinds=("file", "change", "run", "run in the end"))
    return service


def configuration(service: Deployed) -> dict[str, Any]:
    """What Lambda holds of the function that serves."""
    name = service.outputs()["FunctionAlias"]
    found: dict[str, Any] = service.aws.client("lambda").get_function_configuration(FunctionName=name)
    return found


def asked(service: Deployed) -> dict[str, Any]:
    """What the deployed alias answers to the sample event of the page's route."""
    (event,) = (each for each in (service.folder / "events").glob("*.json") if "/partner" in each.read_text("utf-8"))
    name = service.outputs()["FunctionAlias"]
    answer = json.load(service.aws.client("lambda").invoke(FunctionName=name, Payload=event.read_bytes())["Payload"])
    assert answer["statusCode"] == 200
    return dict(json.loads(answer["body"]))


def test_checks_and_tests_stay_green(changed: Deployed) -> None:
    """As the page types them, and both deployments go through with their golden answers."""
    (printed,) = (text for lines, text in changed.printed.items() if "make check" in lines)

    assert "Checked: " in printed
    assert " passed" in printed
    assert printed.count("give 4 models' golden answers") + printed.count("gives 4 models' golden answers") == 2


def test_memory_and_timeout_are_those_of_the_page(changed: Deployed) -> None:
    """The one is a stage's, the other the template's."""
    found = configuration(changed)

    assert (found["MemorySize"], found["Timeout"]) == (1024, 20)


def test_the_role_may_read_the_secret_and_nothing_more_than_before(changed: Deployed) -> None:
    """One policy is new."""
    iam, role = changed.aws.client("iam"), changed.physical_id("PredictRole")

    assert {*iam.list_role_policies(RoleName=role)["PolicyNames"]} == {"read-partner-key", "write-logs"}
    policy = str(iam.get_role_policy(RoleName=role, PolicyName="read-partner-key")["PolicyDocument"])
    assert "'ssm:GetParameter'" in policy
    assert policy.count("'Action'") == 1


def test_dependency_variable_and_secret_are_used_by_what_is_deployed(changed: Deployed) -> None:
    """The name is made by the dependency out of the variable, the key comes from Parameter Store."""
    assert asked(changed) == {"name": "muller-sons", "key": "known"}


def test_the_secret_is_nowhere_in_the_package_or_the_function(changed: Deployed) -> None:
    """It is read at run time."""
    assert "s3cret" not in json.dumps(configuration(changed), default=str)
    assert not [
        each for each in (changed.folder / ".aws-sam").rglob("*") if each.is_file() and b"s3cret" in each.read_bytes()
    ]


def test_the_new_stage_is_a_stack_of_its_own(changed: Deployed) -> None:
    """Beside development's."""
    stacks = changed.aws.client("cloudformation").describe_stacks()["Stacks"]

    assert {"prediction-service-dev", "prediction-service-staging"} <= {each["StackName"] for each in stacks}


def test_the_schedule_calls_the_alias_and_is_answered_at_once(changed: Deployed) -> None:
    """A call of another version would keep warm what callers never reach."""
    events, alias = changed.aws.client("events"), changed.outputs()["FunctionAlias"]
    rules = [each["Name"] for each in events.list_rules()["Rules"] if each["Name"].startswith(f"{changed.stack}-")]
    targets = [each for name in rules for each in events.list_targets_by_rule(Rule=name)["Targets"]]

    (target,) = targets
    answer = changed.aws.client("lambda").invoke(FunctionName=target["Arn"], Payload=target["Input"].encode())
    assert target["Arn"] == alias
    assert alias.endswith(":live")
    assert json.load(answer["Payload"]) == {"warmup": True}
