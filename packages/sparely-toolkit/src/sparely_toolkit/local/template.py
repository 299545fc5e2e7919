"""The built template: what Lambda and API Gateway would be told, read once before serving."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.intrinsics import Resolver
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import DEFAULT, Stage, read_stage

ACCOUNT = "123456789012"
# Of a stage that names none.
_STACK_NAME, _REGION = "local", "us-east-1"
API_TYPES: dict[str, Literal["http", "rest"]] = {
    "AWS::Serverless::HttpApi": "http",
    "AWS::Serverless::Api": "rest",
}


@dataclass(frozen=True)
class FunctionSettings:
    """One function as the template describes it; Lambda's own defaults where it is silent."""

    logical_id: str
    name: str
    artifact: Path
    handler: str
    runtime: str
    architecture: str
    memory_mb: int
    timeout_s: float
    environment: Mapping[str, str]
    reserved_concurrency: int | None
    logging: Mapping[str, str]
    region: str
    properties: Mapping[str, Any]

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{ACCOUNT}:function:{self.name}"


@dataclass(frozen=True)
class ApiSettings:
    """One API with its OpenAPI body; `kind` decides the faults' statuses and bodies."""

    logical_id: str
    kind: Literal["http", "rest"]
    stage: str
    body: Mapping[str, Any]
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Deployment:
    """The function and the API in front of it."""

    stack_name: str
    function: FunctionSettings
    api: ApiSettings
    parameters: Mapping[str, str] = field(default_factory=dict)
    usage_plan: Mapping[str, Any] = field(default_factory=dict)


class TemplateProblem(Problem):
    """The template cannot be served; names the file."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path}: {what}")


class NothingToServe(Problem):
    """A path that is neither an artifact nor a built template."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: expected a built template.yaml, or the folder of an artifact.")


def read(path: Path, stage: Stage) -> Deployment:
    """
    Read a template that `sam build` wrote, as a stage of samconfig.toml would deploy it.

    Raises:
        TemplateProblem: it is missing, or has no function with an alias, or no API that calls it.
    """
    if not path.is_file():
        raise TemplateProblem(path, "no built template; `sparely build` makes it.")
    document = intrinsics.load(path.read_text(encoding="utf-8"))
    resources: dict[str, dict[str, Any]] = document.get("Resources", {})
    stack_name = stage.stack_name or _STACK_NAME
    resolver = _resolver(document, resources, stage.overrides, stack_name, stage.region or _REGION)
    present = {
        name: resource
        for name, resource in resources.items()
        if "Condition" not in resource or resolver.holds(resource["Condition"])
    }
    api = _api(path, document, present, resolver)
    function = _function(path, document, present, resolver, api)
    return Deployment(stack_name, function, api, stage.overrides, _usage_plan(present, resolver))


def read_built(
    project: Project,
    stage: str = DEFAULT,
    *,
    template: Path | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Deployment:
    """
    Read a service's built template, as a stage of its samconfig.toml would deploy it.

    Args:
        template: another built template in its place.
        overrides: values of parameters that go before the stage's.

    Raises:
        Problem: there is no such stage, or what `read` raises.
    """
    named = read_stage(project.samconfig, stage)
    known = replace(
        named,
        stack_name=named.stack_name or project.name,
        overrides={**named.overrides, **(overrides or {})},
    )
    return read(template or project.built_template, known)


def read_version(path: Path, deployment: Deployment) -> FunctionSettings:
    """
    Give the settings of another version of a deployment's function.

    Args:
        path: a built template, whose settings count; or a folder that `sam build` made of the function, or one
            with such a folder in it, which is run with the settings of the deployment.

    Raises:
        Problem: it is neither.
    """
    stage = Stage(stack_name=deployment.stack_name, region=deployment.function.region, overrides=deployment.parameters)
    for template in (path, path / "template.yaml"):
        if template.is_file():
            return read(template, stage).function
    if path.is_dir():
        return replace(deployment.function, artifact=path.resolve())
    raise NothingToServe(path)


def _resolver(
    document: dict[str, Any],
    resources: dict[str, Any],
    parameters: Mapping[str, str],
    stack_name: str,
    region: str,
) -> Resolver:
    defaults = {
        name: parameter["Default"]
        for name, parameter in document.get("Parameters", {}).items()
        if "Default" in parameter
    }
    pseudo = {
        "AWS::StackName": stack_name,
        "AWS::Region": region,
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackId": f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/local",
    }
    return Resolver(
        parameters={**defaults, **parameters, **pseudo},
        conditions=document.get("Conditions", {}),
        mappings=document.get("Mappings", {}),
        resources=frozenset(resources),
    )


def _api(path: Path, document: dict[str, Any], resources: dict[str, Any], resolver: Resolver) -> ApiSettings:
    found = {name: item for name, item in resources.items() if item.get("Type") in API_TYPES}
    if len(found) != 1:
        names = ", ".join(found) or "none"
        raise TemplateProblem(path, f"expected one API with a DefinitionBody, found {names}.")
    ((logical_id, resource),) = found.items()
    kind = API_TYPES[resource["Type"]]
    settings = "HttpApi" if kind == "http" else "Api"
    properties = resolver.value(_over(document.get("Globals", {}).get(settings, {}), resource["Properties"]))
    body = _included(path, properties.get("DefinitionBody", {}), resolver)
    if not body.get("paths"):
        raise TemplateProblem(path, f"{logical_id} has no DefinitionBody with paths; its routes are unknown.")
    stage = str(properties.get("StageName", "$default"))
    return ApiSettings(logical_id=logical_id, kind=kind, stage=stage, body=body, properties=properties)


def _usage_plan(resources: dict[str, Any], resolver: Resolver) -> Mapping[str, Any]:
    plans = [item for item in resources.values() if item.get("Type") == "AWS::ApiGateway::UsagePlan"]
    found: Mapping[str, Any] = resolver.value(plans[0].get("Properties", {})) if plans else {}
    return found


def _included(path: Path, body: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    """Follow `Fn::Transform: AWS::Include` to a file beside the template."""
    include = body.get("Fn::Transform")
    if include is None:
        return body
    location = path.parent / include["Parameters"]["Location"]
    included: dict[str, Any] = resolver.value(intrinsics.load(location.read_text(encoding="utf-8")))
    return included


def _function(
    path: Path,
    document: dict[str, Any],
    resources: dict[str, Any],
    resolver: Resolver,
    api: ApiSettings,
) -> FunctionSettings:
    functions = {
        name: resolver.value(_over(document.get("Globals", {}).get("Function", {}), item["Properties"]))
        for name, item in resources.items()
        if item.get("Type") == "AWS::Serverless::Function" and f"{name}.Arn" in str(api.body)
    }
    if len(functions) != 1:
        names = ", ".join(functions) or "none"
        raise TemplateProblem(path, f"expected {api.logical_id} to call one function, found {names}.")
    ((logical_id, properties),) = functions.items()
    for required in ("CodeUri", "Handler", "Runtime"):
        if required not in properties:
            raise TemplateProblem(path, f"{logical_id} has no {required}.")
    reserved = properties.get("ReservedConcurrentExecutions")
    variables = properties.get("Environment", {}).get("Variables", {})
    return FunctionSettings(
        logical_id=logical_id,
        name=str(properties.get("FunctionName", f"{resolver.parameters['AWS::StackName']}-{logical_id}")),
        artifact=(path.parent / properties["CodeUri"]).resolve(),
        handler=properties["Handler"],
        runtime=properties["Runtime"],
        architecture=properties.get("Architectures", ["x86_64"])[0],
        memory_mb=int(properties.get("MemorySize", 128)),
        timeout_s=float(properties.get("Timeout", 3)),
        environment={name: _text(value) for name, value in variables.items()},
        reserved_concurrency=None if reserved is None else int(reserved),
        logging=properties.get("LoggingConfig", {}),
        region=str(resolver.parameters["AWS::Region"]),
        properties=properties,
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _over(below: Any, above: Any) -> Any:
    """
    Merge a Globals section under a resource's properties: maps merge, lists add up, the rest is replaced.

    Source: SAM specification, "Globals section: overrides".
    """
    if isinstance(below, dict) and isinstance(above, dict):
        shared = {key: _over(below[key], above[key]) for key in below.keys() & above.keys()}
        return {**below, **above, **shared}
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *above]
    return above
