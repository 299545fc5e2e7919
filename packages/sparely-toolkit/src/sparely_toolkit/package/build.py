"""The artifact from its parts: requirements, engine, code and models, bytecode, papers; then one start to prove it."""

import shutil
import subprocess
import sys
from pathlib import Path

from sparely_toolkit.package.bytecode import compile_tree
from sparely_toolkit.package.distributions import shipped_distributions
from sparely_toolkit.package.engine_library import installed_library, take_library
from sparely_toolkit.package.install import installed
from sparely_toolkit.package.notice import write_notice
from sparely_toolkit.package.prune import prune
from sparely_toolkit.package.sbom import write_sbom
from sparely_toolkit.package.target import PackageError, Target

SHIPPED = ("engine", "handler", "models")
# Powertools' logger is loaded by the first failure only, so it is loaded here on purpose.
STARTS = "import handler.app, aws_lambda_powertools.logging"


def build(project: Path, artifact: Path, target: Target, cache: Path) -> None:
    """
    Fill `artifact`, an empty folder or none, with what Lambda gets.

    Raises:
        PackageError: with a sentence, when a part is missing or the package does not start.
    """
    check_interpreter(target)
    requirements = installed(project / "requirements" / "lambda.txt", target, cache)
    engine = installed(project / "requirements" / "engine.txt", target, cache)
    shutil.copytree(requirements, artifact, dirs_exist_ok=True)
    prune(artifact)
    take_library(engine, target, artifact)
    for part in SHIPPED:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "py.typed", ".*")
        shutil.copytree(project / "src" / part, artifact / part, ignore=ignored)
    compile_tree(artifact)
    distributions = shipped_distributions(artifact, requirements, engine)
    write_notice(artifact, distributions)
    write_sbom(artifact, distributions, target)
    settle(artifact)
    start(artifact, target)


def check_interpreter(target: Target) -> None:
    """Bytecode is valid for one minor version only."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version != target.python:
        raise PackageError(
            f"template.yaml has Runtime python{target.python}, this is Python {version}; "
            "put the runtime's version into .python-version and remove .venv."
        )


def settle(artifact: Path) -> None:
    """Give every file the same mode, so that umask and cache leave no trace in the zip."""
    for each in artifact.rglob("*"):
        each.chmod(0o755 if each.is_dir() else 0o644)


def start(artifact: Path, target: Target) -> None:
    """
    Import the handler from the artifact alone, as the runtime does.

    Where this machine is not the target, the installed onnxruntime's library stands in for the artifact's.
    """
    environment = {"PYTHONPATH": str(artifact), "POWERTOOLS_METRICS_NAMESPACE": "build"}
    if not target.is_this_machine:
        environment["ENGINE_LIBRARY"] = str(installed_library())
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", STARTS],
        cwd=artifact,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackageError(f"The package does not start:\n{done.stderr.strip()}")
