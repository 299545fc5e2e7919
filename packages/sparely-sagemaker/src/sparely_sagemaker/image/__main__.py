"""`python -m image FOLDER`: fill the folder that the Dockerfile copies, by the rules of the service's package."""

import os
import shutil
import sys
from pathlib import Path

from sparely_toolkit.package.build import settle
from sparely_toolkit.package.bytecode import compile_tree
from sparely_toolkit.package.engine_library import take_library
from sparely_toolkit.package.install import installed
from sparely_toolkit.package.prune import prune
from sparely_toolkit.package.target import PackageError, Target, read_target

ADDED = Path(__file__).resolve().parents[1]
PROJECT = ADDED.parent
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "py.typed", ".*")


def build(folder: Path, target: Target, cache: Path) -> None:
    """
    Fill `folder` anew: server, engine, handler, container; no model, which SageMaker brings.

    Raises:
        PackageError: with a sentence, when a requirement does not fit.
    """
    shutil.rmtree(folder, ignore_errors=True)
    requirements = PROJECT / "requirements"
    shutil.copytree(installed(requirements / "lambda.txt", target, cache), folder)
    shutil.copytree(installed(ADDED / "container.txt", target, cache), folder, dirs_exist_ok=True)
    prune(folder)
    take_library(installed(requirements / "engine.txt", target, cache), target, folder)
    for source in (PROJECT / "src" / "engine", PROJECT / "src" / "handler", ADDED / "forwarding", ADDED / "container"):
        shutil.copytree(source, folder / source.name, ignore=_IGNORED)
    compile_tree(folder)
    settle(folder)


def main(arguments: list[str]) -> int:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lambda-package"
    folder = Path(arguments[0])
    try:
        build(folder, read_target(ADDED / "multi-model.yaml"), cache)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    print(f"Image's content: {size / 2**20:.1f} MiB beside its base")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
