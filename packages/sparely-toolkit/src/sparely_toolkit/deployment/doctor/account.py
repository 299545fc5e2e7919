"""What the AWS account has: region, credentials, quota, the stack, and what is set up once for an account."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from sparely_toolkit import names
from sparely_toolkit.deployment.aws import NoRegion, place_of, session
from sparely_toolkit.deployment.client_errors import is_of_aws
from sparely_toolkit.deployment.doctor.bucket import bucket
from sparely_toolkit.deployment.doctor.concurrency import provisioned, weights
from sparely_toolkit.deployment.doctor.container_image import image_findings
from sparely_toolkit.deployment.doctor.finding import PROBLEM, Finding, ok, problem, warning
from sparely_toolkit.deployment.doctor.issuer import issuer
from sparely_toolkit.deployment.doctor.regions import elsewhere
from sparely_toolkit.deployment.doctor.stack import serving_version, stack_name, stack_state
from sparely_toolkit.deployment.explained import sentence
from sparely_toolkit.deployment.faults import Fault, Place
from sparely_toolkit.deployment.meanings import LOGIN, NO_CREDENTIALS
from sparely_toolkit.deployment.region_names import no_region, unknown_region
from sparely_toolkit.local import intrinsics
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage

HASTE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
# What a deployment needs is asked again where AWS asks for patience: a deployment is refused for the answer.
PATIENCE = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 4, "mode": "standard"})
# AWS leaves at least so many for functions that reserve none.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html, read 2026-11-22
NOT_TO_RESERVE = 100
ISSUER = "token.actions.githubusercontent.com"


class NotSignedIn(Exception):
    """Nothing of the account can be asked; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def account_findings(project: Project, stage: Stage) -> Iterator[Finding]:
    """
    Look at the account that one stage of samconfig.toml would deploy to.

    Raises:
        Problem: the stage names no stack, or does not fit the template.
    """
    template = intrinsics.read(project.template)
    parameters = parameter_values(template, stage.overrides)
    yield stack_name(stage.stack)
    if "JwtIssuer" in parameters:
        yield issuer(parameters["JwtIssuer"])
    if "UrlAuth" in parameters:
        yield function_url(parameters["UrlAuth"], parameters.get("ReservedConcurrency", "-1"))
    yield from provisioned(parameters)
    yield from image_findings(project, stage, parameters)
    place = place_of(project, stage)
    try:
        aws = session(stage)
        yield from look(aws, place, parameters)
    except Exception as error:  # a profile that is not there, a file or a region that cannot be read
        if not is_of_aws(error):
            raise
        yield problem("credentials", f"{sentence(Fault.of(error), place)}.")


def look(aws: boto3.Session, place: Place, parameters: Mapping[str, str]) -> Iterator[Finding]:
    """Ask the account, as far as there are a region and credentials to ask with."""
    stage, has_credentials = place.stage, aws.get_credentials() is not None
    where = region(aws.region_name, stage)
    yield where
    if not has_credentials:
        yield problem("credentials", f"{NO_CREDENTIALS}.")
    if where.state == PROBLEM or not has_credentials:
        return
    client: Callable[[str], Any] = partial(cast(Any, aws).client, config=HASTE)
    patient: Callable[[str], Any] = partial(cast(Any, aws).client, config=PATIENCE)
    try:
        yield credentials(client("sts"), place)
    except NotSignedIn as stop:
        yield stop.finding
        return
    yield from elsewhere(parameters, str(aws.region_name))  # a misspelt region is told before, by AWS
    yield look_at("quota", lambda: quota(client("lambda"), parameters))
    yield need("stack", place, lambda: stack_state(patient("cloudformation"), stage))
    yield look_at("version", lambda: serving_version(client("cloudformation"), client("lambda"), stage))
    yield look_at("alias", lambda: weights(client("cloudformation"), client("lambda"), stage, parameters))
    yield look_at("bucket", lambda: bucket(client("cloudformation"), client("s3"), place))
    if "ApiGatewayAccount" in parameters:
        yield look_at("API logs", lambda: api_logs(client("apigateway"), parameters["ApiGatewayAccount"], stage.stack))
    yield look_at("GitHub", lambda: provider(client("iam")))


def need(check: str, place: Place, ask: Callable[[], Finding]) -> Finding:
    """Do a check that a deployment asks too, so that it fails where the check does."""
    try:
        return ask()
    except Exception as error:
        if not is_of_aws(error):
            raise
        return problem(check, f"{sentence(Fault.of(error), place)}.")


def look_at(check: str, ask: Callable[[], Finding]) -> Finding:
    """Do one check; what AWS refuses or does not answer is a warning."""
    try:
        return ask()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        return warning(check, f"not looked at: {error.operation_name} was answered with {code}.")
    except Exception as error:
        if not is_of_aws(error):
            raise
        return warning(check, f"not looked at: {error}")


def function_url(auth: str, reserved: str) -> Finding:
    """A URL has no throttle of its own, so who may call matters more than with a gateway."""
    limit = "without limit" if reserved == "-1" else f"{reserved} at once (ReservedConcurrency)"
    if auth != "NONE":
        return ok("function URL", f"callers sign their requests, {limit}.")
    return warning("function URL", f"everybody who knows it may call, {limit}; UrlAuth=AWS_IAM asks for signatures.")


def region(name: str | None, stage: Stage) -> Finding:
    """The one that all of the deployment is in."""
    if not name:
        return problem("region", str(NoRegion(stage.name)))
    if said := no_region(name, stage):
        return problem("region", f"{said}.")
    unknown = unknown_region(name)
    return warning("region", f"{unknown}.") if unknown else ok("region", name)


def credentials(client: Any, place: Place) -> Finding:
    """
    Ask AWS whose credentials these are.

    Raises:
        NotSignedIn: AWS refuses them, or cannot be reached.
    """
    try:
        identity = client.get_caller_identity()
    except Exception as error:
        if not is_of_aws(error):
            raise
        raise NotSignedIn(problem("credentials", f"{sentence(Fault.of(error), place)}.")) from error
    if identity["Arn"].endswith(":root"):
        return warning("credentials", f"those of the root user of account {identity['Account']}; better {LOGIN}.")
    return ok("credentials", f"account {identity['Account']}, {identity['Arn'].partition('/')[2]}")


def quota(client: Any, parameters: Mapping[str, str]) -> Finding:
    """
    Whether the parameters ask for more concurrency than the account may give.

    What this stack has reserved already is not counted as free, so that a warning may come too early.
    """
    limits = client.get_account_settings()["AccountLimit"]
    most, free = limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]
    concurrency = max(int(parameters.get(name, 0)) for name in ("ReservedConcurrency", "ProvisionedConcurrency"))
    more = "ask for more in Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384)"
    if concurrency > 0 and concurrency > most - NOT_TO_RESERVE:
        return problem(
            "quota",
            f"{most} requests at once in this region, of which {NOT_TO_RESERVE} cannot be reserved, and samconfig.toml "
            f"wants {concurrency}; {more}, or leave ReservedConcurrency -1 and ProvisionedConcurrency 0.",
        )
    if concurrency > 0 and concurrency > free - NOT_TO_RESERVE:
        return warning(
            "quota",
            f"{free} of {most} are not reserved, and {concurrency} are wanted; it fits if they are this stack's.",
        )
    if most <= NOT_TO_RESERVE:
        return warning("quota", f"{most} requests at once in this region, none can be reserved; {more}.")
    return ok("quota", f"{most} requests at once in this region, {free} not reserved")


def api_logs(client: Any, setting: str, stack: str) -> Finding:
    """
    The role that REST APIs write access logs with, one for an account and region.

    The stack's own is known by the name that CloudFormation gives it, also where it is left of a stack that is gone.
    """
    role = client.get_account().get("cloudwatchRoleArn")
    if role and role.rpartition("/")[2].startswith(f"{stack}-{names.API_LOGS_ROLE}-"):
        return ok("API logs", f"{role}, which the stack has set")
    if role and setting == "create":
        return warning(
            "API logs", f"{role} is set and the stack puts its own there; ApiGatewayAccount=exists leaves it."
        )
    if not role and setting == "exists":
        return problem("API logs", "no role is set for REST APIs to write logs with; set ApiGatewayAccount=create.")
    return ok("API logs", role or "the stack sets the role that REST APIs write logs with")


def provider(client: Any) -> Finding:
    """GitHub's OpenID Connect provider, one for an account."""
    arns = [each["Arn"] for each in client.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    for arn in arns:
        if arn.endswith(f":oidc-provider/{ISSUER}"):
            return ok("GitHub", f"{arn}; deployment/role.yaml takes Provider=exists")
    return warning("GitHub", "no OpenID Connect provider; only deploying from GitHub needs it (deployment/role.yaml).")
