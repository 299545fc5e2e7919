"""What of the installed requirements does not ship: what nothing imports where requests are served."""

import shutil
from pathlib import Path

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


# The check of a new version, and what it judges by, runs in functions of its own.
NOT_HERE = ("sparely/check", "sparely/agreement.py", "sparely/golden.py")
# Their imports for convenience load what the function may never need: here Logger and Tracer with Metrics.
NAMESPACES = ("aws_lambda_powertools",)


def prune(tree: Path) -> None:
    """Delete from an installed tree what does not ship, and move licences to `licenses/<distribution>/`."""
    for package in NAMESPACES:
        (tree / package / "__init__.py").unlink(missing_ok=True)
    for name in NOT_HERE:
        shutil.rmtree(tree / name) if (tree / name).is_dir() else (tree / name).unlink(missing_ok=True)
    for folder, kept in KEPT.items():
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
