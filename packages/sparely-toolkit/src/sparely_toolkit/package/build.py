"""The packages from their parts: requirements, engine, code and models, bytecode, papers; one start proves each."""

import json
import os
import py_compile
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sparely.bundle import GOLDEN, GOLDEN_SERVICE, MANIFEST, ModelLoadError, model_folders, read_bundle, read_manifest
from sparely.index import write_index
from sparely.package_size import ZIP
from sparely_toolkit import names
from sparely_toolkit.package import first_rows
from sparely_toolkit.package.bytecode import TASK_ROOT, compile_tree
from sparely_toolkit.package.check_modules import CHECK, modules_of_check
from sparely_toolkit.package.distributions import shipped_distributions, vendored_names
from sparely_toolkit.package.engine_library import ENGINE, installed_library, take_library
from sparely_toolkit.package.install import OURS, installed, shipped_requirements
from sparely_toolkit.package.late_imports import check_imports
from sparely_toolkit.package.measure import Weight, weigh
from sparely_toolkit.package.notice import NAME as NOTICE
from sparely_toolkit.package.notice import write_notice
from sparely_toolkit.package.package_type import FUNCTIONS, package_type
from sparely_toolkit.package.prune import prune
from sparely_toolkit.package.sbom import NAME as SBOM
from sparely_toolkit.package.sbom import write_sbom
from sparely_toolkit.package.size_limits import check_models, check_weight
from sparely_toolkit.package.target import PackageError, Target, read_target
from sparely_toolkit.project import Project

NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "py.typed", ".*")
NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
STARTED = "started"
"""The last word of a start: code that ends its process says none."""
CHECK_STARTS = f"import {CHECK}; print({STARTED!r})"
BATCH_STARTS = f"import sparely.batch.aws.app; print({STARTED!r})"
LOAD_ERROR = re.compile(r"sparely\.bundle\.ModelLoadError: (.*)")
MISSING_MODULE = re.compile(r"ModuleNotFoundError: No module named '([^'.]+).*")
"""What the interpreter says at the end of a traceback where an owner can mend it."""
OF_THE_RUNTIME = ("boto3", "botocore")
"""Not in the package, for Lambda's runtime has it; it takes longer to import than all that ships."""


def package(project: Project, function: str, artifact: Path, cache: Path) -> Weight:
    """
    Fill a folder with what Lambda gets for a function of template.yaml, and prove that it starts.

    Args:
        function: its logical id; PredictFunction, BatchFunction of the same package, or a check of a new version.
        artifact: an empty folder or none.
        cache: where installed requirements are kept between builds.

    Raises:
        PackageError: with a sentence, when a part is missing or the package does not start.
    """
    target, kind = read_target(project.template), package_type(project.template)
    if function in FUNCTIONS:
        check_models(project)
    if function == names.FUNCTION:
        build(project, artifact, target, cache)
    elif function == names.BATCH_FUNCTION:
        build_batch(project, artifact, target, cache)
    elif function in names.CHECKS:
        build_check(project, artifact, target, cache)
    else:
        known = ", ".join((names.FUNCTION, names.BATCH_FUNCTION, *names.CHECKS))
        raise PackageError(f"{project.template.name}: {function} is not a function that sparely packages; {known} are.")
    weight = weigh(artifact, zips=kind == ZIP or function not in FUNCTIONS, cache=cache)
    check_weight(weight)
    return weight


def build(project: Project, artifact: Path, target: Target, cache: Path) -> None:
    """
    Fill `artifact`, an empty folder or none, with what serves requests.

    Raises:
        PackageError: with a sentence, when a part is missing or the package does not start.
    """
    fill(project, artifact, target, cache)
    start(artifact, target, cache, _first_rows(project))
    check_imports(project.source, artifact)
    _index(project, artifact)  # now that all of them have been opened


def build_batch(project: Project, artifact: Path, target: Target, cache: Path) -> None:
    """
    Fill `artifact` with the same: what serves requests has been proved where it is built for them.

    Raises:
        PackageError: with a sentence, when a part is missing or what scores tables does not start.
    """
    fill(project, artifact, target, cache)
    _run(artifact, _environment(target, cache), "-S", "-P", "-B", "-c", BATCH_STARTS)
    _index(project, artifact)


def fill(project: Project, artifact: Path, target: Target, cache: Path) -> None:
    """
    Put together what ships, in an empty folder or none.

    Raises:
        PackageError: with a sentence, when a part is missing.
    """
    check_interpreter(target)
    requirements = shipped_requirements(project, target, cache)
    engine = installed(ENGINE, target, cache)
    shutil.copytree(requirements, artifact, dirs_exist_ok=True)
    prune(artifact, project.source)
    take_library(engine, target, artifact)
    take_source(project, artifact)
    compile_source(artifact)
    distributions = shipped_distributions(artifact, requirements, engine, vendored_names(project.vendor))
    write_notice(artifact, distributions)
    write_sbom(artifact, distributions, target)
    settle(artifact)


def build_check(project: Project, artifact: Path, target: Target, cache: Path) -> None:
    """
    Fill `artifact` with what asks a new version: our check of the same wheel, and what every model must answer.

    Raises:
        PackageError: with a sentence, when a part is missing or the check does not start.
    """
    requirements = shipped_requirements(project, target, cache)
    modules = modules_of_check(requirements)
    if not modules:
        raise PackageError(f"requirements/lambda.txt locks no {CHECK}; put sparely into lambda.in and run `make lock`.")
    answers = [file for name in (MANIFEST, GOLDEN) for file in project.models.glob(f"*/*/{name}")]
    answers += project.models.glob(GOLDEN_SERVICE)
    parts = [(file, file.relative_to(requirements)) for file in modules]
    parts += [(file, file.relative_to(project.source)) for file in answers]
    for file, place in parts:
        (artifact / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, artifact / place)
    settle(artifact)
    _run(artifact, {"PATH": os.environ.get("PATH", "")}, "-B", "-c", CHECK_STARTS)


def take_source(project: Project, artifact: Path) -> None:
    """
    Copy what the service's owner ships: everything below src/ but its Makefile, caches and hidden files.

    Raises:
        PackageError: something below src/ has a name that the package, or Python, has already.
    """
    for part in sorted(project.source.iterdir()):
        if part.name == "Makefile" or NOT_SHIPPED(str(project.source), [part.name]):
            continue
        if (artifact / part.name).exists() or part.name in (NOTICE, SBOM):
            raise PackageError(f"src/{part.name} has the name of something else that ships; give it another.")
        if part.name.removesuffix(".py") in sys.stdlib_module_names and (part.is_dir() or part.suffix == ".py"):
            raise PackageError(
                f"src/{part.name} has the name of a module of Python's own, and hides it; give it another."
            )
        if part.is_dir():
            shutil.copytree(part, artifact / part.name, ignore=NOT_SHIPPED)
        else:
            shutil.copyfile(part, artifact / part.name)


def compile_source(artifact: Path) -> None:
    """
    Compile what ships.

    Raises:
        PackageError: an owner's file is no Python; the sentence names file and line.
    """
    try:
        compile_tree(artifact)
    except py_compile.PyCompileError as error:
        file, fault = error.file.removeprefix(f"{TASK_ROOT}/"), error.exc_value
        line = f", line {fault.lineno}" if isinstance(fault, SyntaxError) and fault.lineno else ""
        said = fault.msg if isinstance(fault, SyntaxError) else f"{fault}"
        raise PackageError(f"src/{file}{line}: {said}, so the package cannot be built.") from None


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


def start(artifact: Path, target: Target, cache: Path, rows: Mapping[str, Mapping[str, Any]] = NOTHING) -> None:
    """
    Import the handler from the artifact alone, as the runtime does, and ask each model its first golden row.

    Where this machine is not the target, onnxruntime's library of this machine stands in for the artifact's.

    Args:
        rows: by model, such as `shop/churn`, the row that its graph is asked.
    """
    asked = json.dumps({"package": str(artifact), "rows": dict(rows)})
    _run(artifact, _environment(target, cache), "-S", "-P", "-B", first_rows.__file__, told=asked)


def _index(project: Project, artifact: Path) -> None:
    write_index(str(artifact / project.models.name))
    settle(artifact)


def _environment(target: Target, cache: Path) -> dict[str, str]:
    engine = {} if target.is_this_machine else {"ENGINE_LIBRARY": str(installed_library(cache))}
    return {"POWERTOOLS_METRICS_NAMESPACE": "build", **engine}


def _first_rows(project: Project) -> dict[str, Mapping[str, Any]]:
    """By model its first golden row, as the estimator was fitted on it."""
    rows = {}
    for folder in model_folders(project.models):
        try:
            read_manifest(folder)
        except ModelLoadError:  # told by the handler, which needs it to start
            continue
        bundle = read_bundle(folder)
        rows[bundle.path] = bundle.prepared[0]
    return rows


def _run(artifact: Path, environment: dict[str, str], *options: str, told: str = "") -> None:
    done = subprocess.run(
        [sys.executable, *options],
        cwd=artifact,
        input=told,
        env={"PYTHONPATH": str(artifact), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackageError(_reason(done.stderr.strip(), artifact))
    if not done.stdout.endswith(f"{STARTED}\n"):
        raise PackageError("The package does not start: its code ends the process where it is imported.")


def _reason(traceback: str, artifact: Path) -> str:
    """One sentence where it is known what to do; otherwise what the interpreter said."""
    last = traceback.rpartition("\n")[2]
    if unopened := LOAD_ERROR.fullmatch(last):
        return f"The package does not start: {unopened[1].replace(f'{artifact}/', 'src/')}"
    if missing := MISSING_MODULE.fullmatch(last):
        file = _importer(traceback, artifact)
        if missing[1] in OF_THE_RUNTIME:
            return (
                f"The package does not start: {file} imports {missing[1]} at its start, where it would hold up every "
                "execution environment; Lambda's runtime has it: import it in the function that uses it."
            )
        return (
            f'The package does not start: {file} imports "{missing[1]}", which does not ship; '
            "add it to requirements/lambda.in and run make lock, or put the module into src/."
        )
    file, line = _place(traceback, artifact)
    return (
        f"The package does not start: {file}, line {line}: {last.removesuffix('.')}."
        if file
        else (f"The package does not start:\n{traceback}")
    )


def _place(traceback: str, artifact: Path) -> tuple[str, str]:
    """File and line of the owner's code that was run last; nothing where none was."""
    frames = re.findall(rf'^  File "{re.escape(str(artifact))}/(.+)", line (\d+)', traceback, re.MULTILINE)
    owners = [(f"src/{file}", line) for file, line in frames if not file.startswith(f"{OURS}/")]
    return owners[-1] if owners else ("", "")


def _importer(traceback: str, artifact: Path) -> str:
    """The file of the package that an import failed in."""
    files = [line for line in traceback.splitlines() if line.startswith(f'  File "{artifact}/')]
    return f"src/{files[-1].partition(f'{artifact}/')[2].partition(chr(34))[0]}" if files else "it"
