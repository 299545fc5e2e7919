"""A second artifact of the same function: what `--with`, a published version and a reload are made from."""

from dataclasses import replace
from pathlib import Path

from sparely_toolkit.local import template
from sparely_toolkit.problems import Problem
from sparely_toolkit.local.samconfig import DeployConfiguration
from sparely_toolkit.local.template import Deployment, FunctionSettings


class NothingToServe(Problem):
    """A path that is neither an artifact nor a built template."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: expected a built template.yaml, or the folder of an artifact.")


def function(path: Path, deployment: Deployment) -> FunctionSettings:
    """
    Give the settings of another version.

    Args:
        path: a built template, whose settings count; or a folder that `sam build` made of the function, or one
            with such a folder in it, which is run with the settings of the deployment.

    Raises:
        Problem: it is neither.
    """
    if path.is_file():
        return template.read(path, _configuration(deployment)).function
    if (path / "template.yaml").is_file():
        return template.read(path / "template.yaml", _configuration(deployment)).function
    if path.is_dir():
        return replace(deployment.function, artifact=path.resolve())
    raise NothingToServe(path)


def _configuration(deployment: Deployment) -> DeployConfiguration:
    return DeployConfiguration(deployment.stack_name, deployment.function.region, dict(deployment.parameters))
