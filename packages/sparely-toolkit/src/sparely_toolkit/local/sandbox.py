"""What an execution environment sees: interpreter, artifact, runtime client, the variables that Lambda sets."""

import importlib.metadata
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.local.settings import FunctionSettings
from sparely_toolkit.package.engine_library import installed_library
from sparely_toolkit.package.target import PackageError, this_architecture
from sparely_toolkit.problems import Problem


class WrongPython(Problem):
    """The artifact is made for another Python than the one that runs here."""

    def __init__(self, runtime: str) -> None:
        here = f"python{sys.version_info.major}.{sys.version_info.minor}"
        super().__init__(
            f"template.yaml says Runtime: {runtime}, and this is {here}. "
            f"The artifact's bytecode and packages fit {runtime} alone: run this with {runtime}."
        )


class NoArtifact(Problem):
    """The built template points to a folder that is not there."""

    def __init__(self, artifact: Path) -> None:
        super().__init__(f"{artifact}: no such folder; `sparely build` makes it.")


class NoRuntimeClient(Problem):
    """AWS' runtime client is not installed here."""

    def __init__(self, package: str) -> None:
        super().__init__(f"The package {package} is not installed. Install requirements/dev.txt.")


@dataclass(frozen=True)
class Sandbox:
    """How to start a process of the runtime client; the Runtime API's address is added for each."""

    command: tuple[str, ...]
    folder: Path
    variables: Mapping[str, str]
    notices: tuple[str, ...] = ()


def prepare(function: FunctionSettings, version: str, runtime_client: Path) -> Sandbox:
    """
    Describe the execution environments of one version.

    The function sees the base interpreter's standard library, the artifact and AWS' runtime client, nothing
    of this virtual environment (`-S`): a dependency that is missing in the artifact is missing here too.
    boto3, which Lambda's own runtime offers, is there only if it was linked beside the client.

    Raises:
        WrongPython, NoArtifact: nothing could be served.
    """
    if function.runtime != f"python{sys.version_info.major}.{sys.version_info.minor}":
        raise WrongPython(function.runtime)
    if not function.artifact.is_dir():
        raise NoArtifact(function.artifact)
    engine, notices = _engine_of_this_machine(function.architecture)
    return Sandbox(
        command=(_base_interpreter(), "-S", "-P", "-m", "awslambdaric", function.handler),
        folder=function.artifact,
        variables={
            **_lambda_variables(function, version),
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": os.pathsep.join([str(function.artifact), str(runtime_client)]),
            "PYTHONDONTWRITEBYTECODE": "1",  # /var/task is read-only on Lambda
            **function.variables,
            **engine,
        },
        notices=notices,
    )


def _base_interpreter() -> str:
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _lambda_variables(function: FunctionSettings, version: str) -> dict[str, str]:
    """
    Give the variables that Lambda defines, without credentials.

    Source: docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment
    variables".
    """
    logging = function.logging
    log_format = logging.get("LogFormat", "Text")
    variables = {
        "_HANDLER": function.handler,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup", f"/aws/lambda/{function.name}"),
        "AWS_REGION": function.region,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": str(function.artifact),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
    }
    if log_format == "JSON":
        variables["AWS_LAMBDA_LOG_LEVEL"] = logging.get("ApplicationLogLevel", "INFO")
    return variables


def _engine_of_this_machine(architecture: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Point the function to an installed engine when the artifact's own is made for another machine."""
    machine = this_architecture()
    if sys.platform == "linux" and machine == architecture:
        return {}, ()
    here = f"{platform.system()} on {machine}"
    try:
        library = installed_library()
    except PackageError as error:
        said = f"The artifact is made for Linux on {architecture}, this is {here}: the engine will not load. {error}"
        return {}, (said,)
    return {"ENGINE_LIBRARY": str(library)}, (
        f"The artifact is made for Linux on {architecture}, this is {here}: the engine comes from {library}.",
    )


def link_runtime_client(folder: Path, offered: Sequence[str] = ()) -> None:
    """
    Fill a folder with links to awslambdaric, `offered` and their requirements; nothing else of this environment.

    What awslambdaric has compiled on Linux alone is ours elsewhere; see `sparely_toolkit.local.runtime_client`.
    """
    link_packages(folder, ["awslambdaric", *offered])
    ours = Path(__file__).with_name("runtime_client.py")
    if not any(folder.glob(f"{ours.stem}.*")):
        (folder / ours.name).symlink_to(ours)


def link_packages(folder: Path, packages: Sequence[str]) -> None:
    """Fill a folder with links to packages and their requirements."""
    for package in sorted(_with_requirements(packages)):
        for path in _top_level(package):
            target = folder / path.name
            if not target.exists():
                target.symlink_to(path)


def _with_requirements(packages: Sequence[str]) -> set[str]:
    known, open_ends = set[str](), [*packages]
    while open_ends:
        package = open_ends.pop()
        if package not in known:
            known.add(package)
            open_ends += _requirements(package)
    return known


def _requirements(package: str) -> list[str]:
    try:
        required = importlib.metadata.requires(package) or []
    except importlib.metadata.PackageNotFoundError:
        raise NoRuntimeClient(package) from None
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in required if "extra ==" not in line]


def _top_level(package: str) -> set[Path]:
    distribution = importlib.metadata.distribution(package)
    names = {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}
    packages = {name for name in names if not name.endswith((".dist-info", ".egg-info"))}
    return {Path(str(distribution.locate_file(name))) for name in packages}
