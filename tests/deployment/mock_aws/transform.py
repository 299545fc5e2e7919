"""The transform AWS::Serverless-2016-10-31, expanded by the library that the hosted transform is."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from moto.cloudformation.models import CloudFormationBackend
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

TRANSFORM = "AWS::Serverless-2016-10-31"


def expand(template: str | dict[str, Any], parameters: Mapping[str, str] | None) -> str | dict[str, Any]:
    """Give the CloudFormation template of a SAM template; any other comes back as it is."""
    document: dict[str, Any] = yaml_parse(template) if isinstance(template, str) else template
    if document.get("Transform") != TRANSFORM:
        return template
    defaults = {name: each["Default"] for name, each in document.get("Parameters", {}).items() if "Default" in each}
    values = {"AWS::Region": "us-east-1", "AWS::Partition": "aws", **defaults, **(parameters or {})}
    translator = Translator({}, Parser(), None, boto_session=boto3.Session(region_name="us-east-1"))
    expanded = translator.translate(document, values)
    # moto does not know Rules; cfn-lint and the tests of the service look at them.
    return json.dumps({name: each for name, each in expanded.items() if name != "Rules"}, default=str)


def install() -> None:
    """Expand what any of CloudFormation's ways to make or change a stack is given."""
    for name in ("create_change_set", "create_stack", "update_stack"):
        setattr(CloudFormationBackend, name, _expanding(getattr(CloudFormationBackend, name)))


def _expanding(method: Any) -> Any:
    def with_expanded_template(self: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs["template"] = expand(kwargs["template"], kwargs.get("parameters"))
        return method(self, *args, **kwargs)

    return with_expanded_template
