"""What goes to AWS, by the rules of the service's package: the thin function's package and the image's content."""

import shutil
from pathlib import Path

from sparely.bundle import MANIFEST
from sparely_sagemaker.add_on import AddOn, Architecture
from sparely_toolkit.kept import cache_folder
from sparely_toolkit.package.build import NOT_SHIPPED, check_interpreter, settle
from sparely_toolkit.package.bytecode import compile_tree
from sparely_toolkit.package.engine_library import ENGINE, take_library
from sparely_toolkit.package.install import installed
from sparely_toolkit.package.prune import prune
from sparely_toolkit.package.target import read_target

OURS = Path(__file__).parent
THIN = ("__init__.py", "forwarding.py", "proxy")
CONTAINER = ("__init__.py", "forwarding.py", "container")


def fill_thin_package(add_on: AddOn, artifact: Path) -> None:
    """
    Fill a folder with the thin function; boto3 is the runtime's own, and no model and no engine's library ships.

    Raises:
        PackageError: with a sentence, when a requirement or the interpreter does not fit.
    """
    target = read_target(add_on.template(Architecture.MULTI_MODEL))
    check_interpreter(target)
    project = add_on.project
    shutil.copytree(
        installed(project.requirements / "lambda.txt", target, cache_folder()), artifact, dirs_exist_ok=True
    )
    prune(artifact)
    _take(THIN, artifact)
    for manifest in project.models.glob(f"*/*/{MANIFEST}"):
        copied = artifact / manifest.relative_to(project.source)
        copied.parent.mkdir(parents=True)
        shutil.copyfile(manifest, copied)
    compile_tree(artifact)
    settle(artifact)


def fill_image(add_on: AddOn, folder: Path) -> None:
    """
    Fill a folder anew with the image's content: server, handler, engine; no model, which SageMaker brings.

    Raises:
        PackageError: with a sentence, when a requirement or the interpreter does not fit.
    """
    target, cache = read_target(add_on.template(Architecture.MULTI_MODEL)), cache_folder()
    check_interpreter(target)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(installed(add_on.project.requirements / "lambda.txt", target, cache), folder)
    shutil.copytree(installed(add_on.container_requirements, target, cache), folder, dirs_exist_ok=True)
    prune(folder)
    take_library(installed(ENGINE, target, cache), target, folder)
    _take(CONTAINER, folder)
    compile_tree(folder)
    settle(folder)


def _take(parts: tuple[str, ...], folder: Path) -> None:
    """Copy parts of this package, which the add-on's lock pins as a wheel."""
    ours = folder / OURS.name
    ours.mkdir()
    for name in parts:
        if (OURS / name).is_dir():
            shutil.copytree(OURS / name, ours / name, ignore=NOT_SHIPPED)
        else:
            shutil.copyfile(OURS / name, ours / name)
