"""`python -m thin_package FOLDER`: build the thin function as `sam build` asks for it."""

import os
import shutil
import sys
from pathlib import Path

from sparely_toolkit.package.build import check_interpreter, settle
from sparely_toolkit.package.bytecode import compile_tree
from sparely_toolkit.package.install import installed
from sparely_toolkit.package.prune import prune
from sparely_toolkit.package.target import PackageError, read_target

ADDED = Path(__file__).resolve().parents[1]
PROJECT = ADDED.parent
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "py.typed", ".*", "Makefile")


def build(artifact: Path, cache: Path) -> None:
    """
    Fill `artifact`; boto3 is the runtime's own, and no model and no engine library ships.

    Raises:
        PackageError: with a sentence, when a requirement or the interpreter does not fit.
    """
    target = read_target(ADDED / "multi-model.yaml")
    check_interpreter(target)
    shutil.copytree(installed(PROJECT / "requirements" / "lambda.txt", target, cache), artifact, dirs_exist_ok=True)
    prune(artifact)
    for folder in (PROJECT / "src" / "engine", PROJECT / "src" / "handler", ADDED / "forwarding", ADDED / "proxy"):
        shutil.copytree(folder, artifact / folder.name, ignore=_IGNORED)
    models = PROJECT / "src" / "models"
    for manifest in models.glob("*/*/manifest.json"):
        copied = artifact / "models" / manifest.relative_to(models)
        copied.parent.mkdir(parents=True)
        shutil.copyfile(manifest, copied)
    compile_tree(artifact)
    settle(artifact)


def main(arguments: list[str]) -> int:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lambda-package"
    try:
        build(Path(arguments[0]).resolve(), cache)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
