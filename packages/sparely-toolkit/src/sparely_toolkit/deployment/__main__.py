"""
`python -m sparely_toolkit.deployment`: deploy the built package as a release.

`sam deploy` alone works too. It then publishes by SAM's own hash, which sees a changed package and a changed
template, but no changed parameter value.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sparely_toolkit.deployment.configuration import (
    BUILT_TEMPLATE,
    PROJECT,
    DeploymentProblem,
    parameter_values,
    read_environment,
    read_template,
)
from sparely_toolkit.deployment.release_again import id_to_publish
from sparely_toolkit.deployment.release_id import release_id
from sparely_toolkit.deployment.smoke import smoke
from sparely_toolkit.deployment.stack import find_stack, session
from sparely_toolkit.deployment.versions import read_versions

SAM = Path(sys.executable).with_name("sam")


def deploy(environment_name: str) -> int:
    """Deploy, and check what a first deployment made; 0 when all went well."""
    environment = read_environment(PROJECT / "samconfig.toml", environment_name)
    parameters = parameter_values(read_template(BUILT_TEMPLATE), environment.overrides)
    release = release_id(BUILT_TEMPLATE, environment.stack_name, parameters)
    aws = session(environment)
    stack = find_stack(aws.client("cloudformation"), environment.stack_name)
    parameters["ReleaseId"] = id_to_publish(release, read_versions(aws.client("lambda"), stack)) if stack else release
    print(f"Release {parameters['ReleaseId']} to {environment.stack_name}", flush=True)
    status = _sam_deploy(environment_name, parameters)
    if status or stack:
        return status
    print("First deployment: CodeDeploy has checked nothing, so the check runs now.", flush=True)
    return smoke(environment_name)


def _sam_deploy(environment_name: str, parameters: Mapping[str, str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parameters.yaml"  # JSON is YAML; SAM takes no .json here
        file.write_text(json.dumps(parameters), encoding="utf-8")
        command = [str(SAM), "deploy", "--config-env", environment_name, "--parameter-overrides", f"file://{file}"]
        return subprocess.run(command, cwd=PROJECT, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sparely_toolkit.deployment", description="Deploy the built package.")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    try:
        return deploy(parser.parse_args().config_env)
    except DeploymentProblem as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
