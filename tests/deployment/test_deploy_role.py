"""deployment/role.yaml made twice in one account, for development and for production, as docs/first-deployment.md says."""

from typing import Any

import pytest

from tests.conftest import TEMPLATE
from tests.deployment.conftest import MockAws

REPOSITORY_NAME = "octo-org@123456/service@456789"
SUBJECT = "token.actions.githubusercontent.com:sub"


@pytest.fixture(scope="module")
def roles(aws: MockAws) -> dict[str, str]:
    """The role's ARN by environment; the second stack finds GitHub's provider there."""
    return {
        "development": make(aws, Environment="development", StackName="service-dev", Provider="create", Api="http"),
        "production": make(aws, Environment="production", StackName="service-prod", Provider="exists", Api="rest"),
    }


def make(aws: MockAws, **parameters: str) -> str:
    """Make the role's stack, and give the output that goes into GitHub's environment."""
    client, name = aws.client("cloudformation"), f"deploy-{parameters['Environment']}"
    given = {**parameters, "Repository": REPOSITORY_NAME}
    client.create_stack(
        StackName=name,
        TemplateBody=(TEMPLATE / "deployment" / "role.yaml").read_text("utf-8"),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
    )
    (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    assert outputs["Subject"] == f"repo:{REPOSITORY_NAME}:environment:{parameters['Environment']}"
    return str(outputs["RoleArn"])


def trust(aws: MockAws, arn: str) -> dict[str, Any]:
    """The one statement that says who may take a role."""
    role = aws.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
    assert role["Path"] == "/deployers/"
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)


def test_github_is_trusted_once_for_both(aws: MockAws, roles: dict[str, str]) -> None:
    """An account can have the provider once; both roles trust it."""
    (provider,) = aws.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]

    assert [trust(aws, arn)["Principal"] for arn in roles.values()] == [{"Federated": provider["Arn"]}] * 2


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_role_is_for_one_environment_of_one_repository(aws: MockAws, roles: dict[str, str], environment: str) -> None:
    """A job of another branch, environment or repository has another subject."""
    wanted = trust(aws, roles[environment])["Condition"]["StringEquals"]

    assert wanted[SUBJECT] == f"repo:{REPOSITORY_NAME}:environment:{environment}"


@pytest.mark.parametrize(("environment", "apis"), [("development", "/apis/"), ("production", "/restapis/")])
def test_a_role_reaches_its_own_stack_and_kind_of_api(
    aws: MockAws, roles: dict[str, str], environment: str, apis: str
) -> None:
    """What it may change bears the stack's name, or is an API of the service's kind."""
    iam, name = aws.client("iam"), roles[environment].rpartition("/")[2]
    other = {"development": "service-prod", "production": "service-dev"}[environment]

    policies = {
        policy: str(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }

    assert {"stack", "functions", "roles-of-the-functions", "api", "rollout", "observation"} <= set(policies)
    assert not [policy for policy, text in policies.items() if other in text]
    assert apis in policies["api"]
    assert ("/restapis" in policies["api"]) is (apis == "/restapis/")
