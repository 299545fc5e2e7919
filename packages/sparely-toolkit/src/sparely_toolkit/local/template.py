"""The built template: what Lambda and API Gateway would be told, read once before serving."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.intrinsics import Resolver
from sparely_toolkit.local.settings import ACCOUNT, SIGNED_FOR, ApiKind, ApiSettings, Deployment, FunctionSettings
from sparely_toolkit.local.stage import fitting, local_stage
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import DEFAULT, Stage

# Of a stage that names none.
_STACK_NAME, _REGION = "local", "us-east-1"
API_TYPES: dict[str, ApiKind] = {
    "AWS::Serverless::HttpApi": "http",
    "AWS::Serverless::Api": "rest",
    "AWS::Lambda::Url": "url",
}


class TemplateProblem(Problem):
    """The template cannot be served; names the file."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path}: {what}")


class UnknownFunction(Problem):
    """The template has no such function."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, path: Path, logical_id: str, known: list[str]) -> None:
        super().__init__(f'{path}: no function "{logical_id}". Available: {", ".join(known) or "none"}.')


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
    template = _Template.load(path, stage)
    api = template.api()
    return Deployment(template.stack_name, template.called_by(api), api, stage.overrides, template.usage_plan())


def read_function(path: Path, stage: Stage, logical_id: str) -> FunctionSettings:
    """
    Read one function of such a template, whether an API calls it or not.

    Raises:
        TemplateProblem: it is missing, or cannot be run.
        UnknownFunction: it has no function of this name.
    """
    template = _Template.load(path, stage)
    functions = template.functions()
    if logical_id not in functions:
        raise UnknownFunction(path, logical_id, list(functions))
    return template.settings(logical_id, functions[logical_id])


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
    return read(template or project.built_template, local_stage(project, stage, overrides, template))


def resources_of(path: Path, stage: Stage) -> dict[str, Mapping[str, Any]]:
    """Give a built template's resources whose conditions hold, with the values of parameters that a property names."""
    template = _Template.load(path, stage)

    def plain(value: Any) -> Any:
        return template.resolver.value(value) if isinstance(value, dict) and {*value} == {"Ref"} else value

    return {
        name: {**item, "Properties": {key: plain(value) for key, value in item.get("Properties", {}).items()}}
        for name, item in template.resources.items()
    }


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
            return read(template, fitting(stage, intrinsics.read(template))).function
    if path.is_dir():
        return replace(deployment.function, artifact=path.resolve())
    raise NothingToServe(path)


@dataclass(frozen=True)
class _Template:
    """A template with the values of a stage: its resources are those whose conditions hold."""

    path: Path
    stack_name: str
    region: str
    document: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]
    resolver: Resolver

    @classmethod
    def load(cls, path: Path, stage: Stage) -> "_Template":
        if not path.is_file():
            raise TemplateProblem(path, "no built template; `sparely build` makes it.")
        document = intrinsics.read(path)
        parameter_values(document, stage.overrides, stage.called, complete=False)
        stack_name, region = stage.stack_name or _STACK_NAME, stage.region or _REGION
        resolver = intrinsics.resolver_of(
            document, stage.overrides, stack_name=stack_name, region=region, account=ACCOUNT
        )
        resources = {
            name: resource
            for name, resource in document.get("Resources", {}).items()
            if "Condition" not in resource or resolver.holds(resource["Condition"])
        }
        return cls(path, stack_name, region, document, resources, resolver)

    def api(self) -> ApiSettings:
        apis = {name: item for name, item in self.resources.items() if item.get("Type") in API_TYPES}
        if len(apis) != 1:
            names = ", ".join(apis) or "none"
            raise TemplateProblem(self.path, f"expected one API with a DefinitionBody, found {names}.")
        ((logical_id, resource),) = apis.items()
        kind = API_TYPES[resource["Type"]]
        if kind == "url":
            return self._url(logical_id, resource)
        properties = self._properties("HttpApi" if kind == "http" else "Api", resource)
        body = self._included(properties.get("DefinitionBody", {}))
        if not body.get("paths"):
            raise TemplateProblem(self.path, f"{logical_id} has no DefinitionBody with paths; its routes are unknown.")
        stage = str(properties.get("StageName", "$default"))
        return ApiSettings(logical_id=logical_id, kind=kind, stage=stage, body=body, properties=properties)

    def _url(self, logical_id: str, resource: Mapping[str, Any]) -> ApiSettings:
        """A function URL as an API whose one route takes everything."""
        target = resource["Properties"].get("TargetFunctionArn", {})
        integration = {"uri": f"{target.get('Ref', '')}.Arn", "payloadFormatVersion": "url"}
        properties: dict[str, Any] = self.resolver.value(resource["Properties"])
        operation = {"x-amazon-apigateway-integration": integration}
        body: dict[str, Any] = {"paths": {"$default": {"x-amazon-apigateway-any-method": operation}}}
        if properties.get("AuthType") == "AWS_IAM":
            scheme = {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4", SIGNED_FOR: "lambda"}
            body |= {"components": {"securitySchemes": {"signature": scheme}}, "security": [{"signature": []}]}
        properties["CorsConfiguration"] = properties.get("Cors")
        return ApiSettings(logical_id=logical_id, kind="url", stage="$default", body=body, properties=properties)

    def usage_plan(self) -> Mapping[str, Any]:
        plans = [item for item in self.resources.values() if item.get("Type") == "AWS::ApiGateway::UsagePlan"]
        plan: Mapping[str, Any] = self.resolver.value(plans[0].get("Properties", {})) if plans else {}
        return plan

    def functions(self) -> dict[str, Mapping[str, Any]]:
        """All functions with their properties, by logical id."""
        return {
            name: self._properties("Function", item)
            for name, item in self.resources.items()
            if item.get("Type") == "AWS::Serverless::Function"
        }

    def called_by(self, api: ApiSettings) -> FunctionSettings:
        called = {name: each for name, each in self.functions().items() if f"{name}.Arn" in str(api.body)}
        if len(called) != 1:
            names = ", ".join(called) or "none"
            raise TemplateProblem(self.path, f"expected {api.logical_id} to call one function, found {names}.")
        ((logical_id, properties),) = called.items()
        return self.settings(logical_id, properties)

    def settings(self, logical_id: str, properties: Mapping[str, Any]) -> FunctionSettings:
        for required in ("CodeUri", "Handler", "Runtime"):
            if required not in properties:
                raise TemplateProblem(self.path, f"{logical_id} has no {required}.")
        reserved = properties.get("ReservedConcurrentExecutions")
        variables = properties.get("Environment", {}).get("Variables", {})
        return FunctionSettings(
            logical_id=logical_id,
            name=str(properties.get("FunctionName", f"{self.stack_name}-{logical_id}")),
            artifact=(self.path.parent / properties["CodeUri"]).resolve(),
            handler=properties["Handler"],
            runtime=properties["Runtime"],
            architecture=properties.get("Architectures", ["x86_64"])[0],
            memory_mb=self._number(logical_id, "MemorySize", properties.get("MemorySize", 128)),
            timeout_s=self._number(logical_id, "Timeout", properties.get("Timeout", 3)),
            variables={name: _text(value) for name, value in variables.items()},
            reserved_concurrency=None
            if reserved is None
            else self._number(logical_id, "ReservedConcurrentExecutions", reserved),
            logging=properties.get("LoggingConfig", {}),
            region=self.region,
            properties=properties,
        )

    def _number(self, logical_id: str, name: str, value: Any) -> int:
        try:
            return int(value)
        except (TypeError, ValueError):
            raise TemplateProblem(
                self.path, f'{logical_id} has the {name} "{value}"; expected a whole number.'
            ) from None

    def _properties(self, section: str, resource: Mapping[str, Any]) -> dict[str, Any]:
        """A resource's properties over those of Globals."""
        below = self.document.get("Globals", {}).get(section, {})
        properties: dict[str, Any] = self.resolver.value(_over(below, resource.get("Properties", {})))
        return properties

    def _included(self, body: dict[str, Any]) -> dict[str, Any]:
        """Follow `Fn::Transform: AWS::Include` to a file beside the template."""
        include = body.get("Fn::Transform")
        if include is None:
            return body
        location = self.path.parent / include["Parameters"]["Location"]
        included: dict[str, Any] = self.resolver.value(intrinsics.load(location.read_text(encoding="utf-8")))
        return included


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
