"""
Resource types that moto's CloudFormation skips, made through its own services' APIs.

Each goes through botocore, which refuses what the service's API would not take.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import boto3
import moto.cloudformation.parsing as parsing
from moto.awslambda.models import LambdaVersion
from moto.core.common_models import CloudFormationModel

ACCOUNT = "123456789012"
Properties = dict[str, Any]
# Properties, logical name and the id of the resource that is updated -> id and attributes.
Maker = Callable[[Properties, str, str | None], tuple[str, dict[str, str]]]


def _lower_first(node: Any) -> Any:
    """CloudFormation's member names as the older services' APIs spell them."""
    if isinstance(node, dict):
        return {key[0].lower() + key[1:]: _lower_first(value) for key, value in node.items()}
    return [_lower_first(each) for each in node] if isinstance(node, list) else node


def _alias(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    client = boto3.client("lambda")
    named = {"FunctionName": properties["FunctionName"], "Name": properties["Name"]}
    change = client.update_alias if old else client.create_alias
    alias = change(**named, FunctionVersion=str(properties["FunctionVersion"]))
    return alias["AliasArn"], {}


def _application(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if not old:
        boto3.client("codedeploy").create_application(
            applicationName=name, computePlatform=properties["ComputePlatform"]
        )
    return old or name, {}


def _deployment_group(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if not old:
        boto3.client("codedeploy").create_deployment_group(deploymentGroupName=name, **_lower_first(properties))
    return old or name, {}


def _alarm(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    boto3.client("cloudwatch").put_metric_alarm(AlarmName=old or name, **properties)
    return old or name, {}


def _http_api(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    # moto can import a body into an API only when the API exists.
    client, body = boto3.client("apigatewayv2"), properties["Body"]
    api_id = old or client.create_api(Name=str(body["info"]["title"]), ProtocolType="HTTP")["ApiId"]
    client.reimport_api(ApiId=api_id, Body=json.dumps(body))
    return api_id, {}


def _http_stage(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if not old:
        boto3.client("apigatewayv2").create_stage(**properties)
    return properties["StageName"], {}


def _rest_api(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    client = boto3.client("apigateway")
    body = json.dumps(_importable(properties["Body"])).encode()
    if old:
        api = client.put_rest_api(restApiId=old, mode="overwrite", body=body)
    else:
        api = client.import_rest_api(body=body, failOnWarnings=bool(properties.get("FailOnWarnings")))
    return api["id"], {"RootResourceId": api.get("rootResourceId", "")}


def _importable(body: Properties) -> Properties:
    """What moto's importer asks for and AWS' does not: declared path parameters and a uri on SAM's CORS mocks."""
    for path, operations in body["paths"].items():
        if "options" in operations:
            names = re.findall(r"\{([^}]+)\}", path)
            declared = [{"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in names]
            operations["options"].setdefault("parameters", declared)
            operations["options"]["x-amazon-apigateway-integration"] |= {"uri": "mock", "httpMethod": "POST"}
    return body


def _rest_deployment(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    return boto3.client("apigateway").create_deployment(restApiId=properties["RestApiId"])["id"], {}


def _rest_stage(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    client, deployment = boto3.client("apigateway"), properties["DeploymentId"]
    place = {"restApiId": properties["RestApiId"], "stageName": properties["StageName"]}
    if old:
        change: Any = {"op": "replace", "path": "/deploymentId", "value": deployment}
        client.update_stage(**place, patchOperations=[change])
    else:
        client.create_stage(**place, deploymentId=deployment)
    return properties["StageName"], {}


def _usage_plan(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if old:
        return old, {}
    stages: Any = [{"apiId": each["ApiId"], "stage": each["Stage"]} for each in properties["ApiStages"]]
    limits = _lower_first({key: properties[key] for key in ("Throttle", "Quota")})
    return boto3.client("apigateway").create_usage_plan(name=name, apiStages=stages, **limits)["id"], {}


def _api_key(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    return old or boto3.client("apigateway").create_api_key(name=name, **_lower_first(properties))["id"], {}


def _usage_plan_key(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    return old or boto3.client("apigateway").create_usage_plan_key(**_lower_first(properties))["id"], {}


def _domain(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if not old:
        boto3.client("apigateway").create_domain_name(**_lower_first(properties))
    return properties["DomainName"], {}


def _base_path_mapping(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if not old:
        boto3.client("apigateway").create_base_path_mapping(**_lower_first(properties))
    return old or name, {}


def _http_domain(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if not old:
        boto3.client("apigatewayv2").create_domain_name(**properties)
    return properties["DomainName"], {}


def _api_mapping(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    return old or boto3.client("apigatewayv2").create_api_mapping(**properties)["ApiMappingId"], {}


def _account(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    role = properties["CloudWatchRoleArn"]
    change: Any = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    boto3.client("apigateway").update_account(patchOperations=[change])
    return "account", {}


def _url(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    client, place = boto3.client("lambda"), {"FunctionName": properties["TargetFunctionArn"]}
    place |= {"Qualifier": properties["Qualifier"]}
    change = client.update_function_url_config if old else client.create_function_url_config
    made = change(**place, AuthType=properties["AuthType"], Cors=properties["Cors"])
    return made["FunctionArn"], {"FunctionUrl": made["FunctionUrl"], "FunctionArn": made["FunctionArn"]}


def _subscription(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    return old or boto3.client("sns").subscribe(**properties)["SubscriptionArn"], {}


def _topic_policy(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    for topic in properties["Topics"]:
        policy = json.dumps(properties["PolicyDocument"])
        boto3.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return old or name, {}


def _budget(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if not old:
        budget = {"BudgetName": name, **properties["Budget"]}
        budget["BudgetLimit"] = {key: str(value) for key, value in budget["BudgetLimit"].items()}
        boto3.client("budgets").create_budget(
            AccountId=ACCOUNT,
            Budget=budget,
            NotificationsWithSubscribers=properties["NotificationsWithSubscribers"],
        )
    return old or name, {}


def _oidc_provider(properties: Properties, name: str, old: str | None) -> tuple[str, dict[str, str]]:
    if old:
        return old, {}
    url, clients = properties["Url"], properties["ClientIdList"]
    made = boto3.client("iam").create_open_id_connect_provider(Url=url, ClientIDList=clients)
    return made["OpenIDConnectProviderArn"], {}


MAKERS: dict[str, Maker] = {
    "AWS::Lambda::Alias": _alias,
    "AWS::CodeDeploy::Application": _application,
    "AWS::CodeDeploy::DeploymentGroup": _deployment_group,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::ApiGatewayV2::Api": _http_api,
    "AWS::ApiGatewayV2::Stage": _http_stage,
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGateway::Deployment": _rest_deployment,
    "AWS::ApiGateway::Stage": _rest_stage,
    "AWS::ApiGateway::UsagePlan": _usage_plan,
    "AWS::ApiGateway::ApiKey": _api_key,
    "AWS::ApiGateway::UsagePlanKey": _usage_plan_key,
    "AWS::ApiGateway::DomainName": _domain,
    "AWS::ApiGateway::BasePathMapping": _base_path_mapping,
    "AWS::ApiGatewayV2::DomainName": _http_domain,
    "AWS::ApiGatewayV2::ApiMapping": _api_mapping,
    "AWS::ApiGateway::Account": _account,
    "AWS::Lambda::Url": _url,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::Budgets::Budget": _budget,
    "AWS::IAM::OIDCProvider": _oidc_provider,
}


def _model(resource_type: str, make: Maker) -> type[CloudFormationModel]:
    class Resource(CloudFormationModel):
        def __init__(self, physical_id: str, attributes: dict[str, str]) -> None:
            self.physical_id, self.attributes = physical_id, attributes

        @property
        def physical_resource_id(self) -> str:
            return self.physical_id

        def get_cfn_attribute(self, attribute_name: str) -> str:
            return self.attributes.get(attribute_name, self.physical_id)

        @staticmethod
        def cloudformation_name_type() -> str:
            return ""

        @staticmethod
        def cloudformation_type() -> str:
            return resource_type

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return True

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, *_, **__):  # type: ignore[no-untyped-def]
            return cls(*make(dict(cloudformation_json["Properties"]), resource_name, None))

        @classmethod
        def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, *_, **__):  # type: ignore[no-untyped-def]
            return cls(*make(dict(cloudformation_json["Properties"]), new_resource_name, original_resource.physical_id))

        @classmethod
        def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
            return None

    # moto derives what a type is called in its own tables from where the class stands.
    Resource.__module__ = "moto.cloudformation.added"
    Resource.__name__ = resource_type.replace("::", "")
    return Resource


def install() -> None:
    """Put the types beside moto's own, and let a version publish what its function is now."""
    models = {**parsing.get_model_map(), **{name: _model(name, make) for name, make in MAKERS.items()}}
    names = {name: model.cloudformation_name_type() for name, model in models.items()}
    tables: Any = parsing
    tables.get_model_map = lambda: models
    tables.get_name_type_map = lambda: names
    version: Any = LambdaVersion
    version.physical_resource_id = property(lambda self: self.arn)
    version.get_cfn_attribute = lambda self, attribute: self.version
    version.has_cfn_attr = classmethod(lambda cls, attribute: attribute == "Version")
    version.create_from_cloudformation_json = classmethod(_publish)


def _publish(cls: Any, resource_name: str, cloudformation_json: Any, *_: Any, **__: Any) -> Any:
    properties = cloudformation_json["Properties"]
    described = {"Description": properties["Description"]} if properties.get("Description") else {}
    published = boto3.client("lambda").publish_version(FunctionName=properties["FunctionName"], **described)
    version = cls({"Version": published["Version"]})
    version.arn = published["FunctionArn"]
    return version
