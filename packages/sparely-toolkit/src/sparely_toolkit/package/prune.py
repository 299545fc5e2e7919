"""What of the installed requirements does not ship: what nothing imports where requests are served."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

POWERTOOLS = "aws_lambda_powertools"
# Of Powertools the function imports logging and metrics; these are what those import in turn.
KEPT = {
    "aws_lambda_powertools": {
        "exceptions",
        "logging",
        "metrics",
        "shared",
        "tracing",
        "utilities",
        "warnings",
    },
    "aws_lambda_powertools/utilities": {"jmespath_utils"},
    "aws_lambda_powertools/metrics/provider": {"cloudwatch_emf"},
    "aws_lambda_powertools/logging/formatters": set(),
}


# The check of a new version runs in functions of its own; models are taken in elsewhere.
NOT_HERE = tuple(
    f"sparely/{part}"
    for part in ("check", "agreement.py", "archive.py", "cold_start.py", "name_conflicts.py", "package_size.py")
)
# Their imports for convenience load what the function may never need: here Logger and Tracer with Metrics.
NAMESPACES = (POWERTOOLS,)


def prune(tree: Path, source: Path | None = None) -> None:
    """
    Delete from an installed tree what does not ship, and move licences to `licenses/<distribution>/`.

    Args:
        source: the owner's code; parts of Powertools that it imports stay.
    """
    kept_parts = _with_imported(tree, source) if source else KEPT
    for package in NAMESPACES:
        (tree / package / "__init__.py").unlink(missing_ok=True)
    for name in NOT_HERE:
        shutil.rmtree(tree / name) if (tree / name).is_dir() else (tree / name).unlink(missing_ok=True)
    for folder, kept in kept_parts.items():
        _keep_only(tree / folder, kept)
    _keep_licences(tree)
    for pattern in ("*.dist-info", "bin"):
        for each in tree.glob(pattern):
            shutil.rmtree(each)
    for pattern in ("**/__pycache__", "**/tests"):
        for each in list(tree.glob(pattern)):
            shutil.rmtree(each)
    for pattern in ("*.pyi", "py.typed", ".lock"):
        for each in tree.rglob(pattern):
            each.unlink()


def _with_imported(tree: Path, source: Path) -> dict[str, set[str]]:
    """What is kept by folder, with the packages of Powertools that the source imports, and those that these do."""
    kept = {folder: {*names} for folder, names in KEPT.items()}
    unread = [source]
    while unread:
        for parts in _powertools_in(unread.pop()):
            for depth, part in enumerate(parts[1:], start=1):
                folder = "/".join(parts[:depth])
                if not (tree / folder / part).is_dir():
                    break
                if part not in kept.get(folder, {part}):
                    kept[folder].add(part)
                    unread.append(tree / folder / part)
    return kept


def _powertools_in(source: Path) -> Iterator[tuple[str, ...]]:
    """The modules of Powertools that files below a folder import, wherever in them; what is no Python is left out."""
    for file in source.rglob("*.py"):
        try:
            nodes = [*ast.walk(ast.parse(file.read_bytes()))]
        except (SyntaxError, ValueError):
            continue
        imports = [
            f"{each.module}.{name.name}" for each in nodes if isinstance(each, ast.ImportFrom) for name in each.names
        ]
        imports += [name.name for each in nodes if isinstance(each, ast.Import) for name in each.names]
        yield from (tuple(name.split(".")) for name in imports if name.startswith(f"{POWERTOOLS}."))


def _keep_only(folder: Path, kept: set[str]) -> None:
    """Keep the folder's modules and the named packages in it."""
    if not folder.is_dir():
        return
    for each in folder.iterdir():
        if each.is_dir() and each.name not in kept:
            shutil.rmtree(each)


def _keep_licences(tree: Path) -> None:
    for information in sorted(tree.glob("*.dist-info")):
        distribution = information.name.partition("-")[0]
        for licence in sorted(information.rglob("*")):
            if licence.is_file() and licence.name.upper().startswith(("LICENSE", "LICENCE", "NOTICE", "COPYING")):
                folder = tree / "licenses" / distribution
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(licence, folder / licence.name)
