"""
`python -m benchmarks.versions`: models of every scikit-learn that gets in, by both ways; writes the table of a page.

Each version has an environment of its own, which uv makes. Four models are fitted there, exported there by the
function, and added to a service from their pickles; the table has how far each is from its estimator.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import REPOSITORY
from benchmarks.marks import write_between
from benchmarks.results import circumstances_line
from sparely.bundle import ModelLoadError, read_manifest
from sparely_toolkit.cli.commands import run
from sparely_toolkit.models.fitted_environment import fitted_python
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from tests.support.services import OWN, baked

PAGE = Path("packages/sparely-toolkit/src/sparely_toolkit/docs/older-scikit-learn.md")
FITS = Path(__file__).with_name("versions_fits.py")
VERSIONS = ("1.3.2", "1.4.2", "1.5.2", "1.6.1", "1.7.2", "1.8.0", "1.9.1")
MODELS = {
    "forest": "random forest",
    "boosting": "gradient boosting",
    "logistic": "imputer, one-hot, logistic regression",
    "histogram": "histogram boosting",
}


def main() -> None:
    """Try the versions and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.versions", description=__doc__)
    parser.add_argument("--only", nargs="+", default=VERSIONS, metavar="VERSION", help="some versions of scikit-learn")
    parser.add_argument("--output", type=Path, default=REPOSITORY, metavar="FOLDER", help="a copy of this repository")
    options = parser.parse_args()
    rows = []
    for version in options.only:
        rows.append(_row(version))
        print(rows[-1], flush=True)
    write_between(options.output / PAGE, "versions", "\n".join([*_head(), *rows, "", circumstances_line()]))


def _head() -> list[str]:
    names = ["scikit-learn", "Python", "NumPy", "pandas", *MODELS.values()]
    return [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]


def _row(version: str) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        folder, project = Path(scratch) / "fitted", Project(Path(scratch) / "service")
        folder.mkdir()
        shutil.copytree(baked().root, project.root, ignore=shutil.ignore_patterns(*OWN, "vendor"))
        try:
            python = fitted_python(project, [f"scikit-learn=={version}"], lambda step: None)
        except Problem as problem:
            return f"| {version} | not tried: {problem} |" + " |" * (len(MODELS) + 2)
        done = subprocess.run([python, str(FITS)], cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
        fitted = json.loads(done.stdout.splitlines()[-1])
        cells = [_cell(fitted["models"][name], _from_pickle(project, folder, name)) for name in MODELS]
    versions = fitted["versions"]
    told = [versions["scikit-learn"], fitted["python"], versions["numpy"], versions["pandas"]]
    return f"| {' | '.join([*told, *cells])} |"


def _from_pickle(project: Project, folder: Path, name: str) -> dict[str, Any]:
    """What add-model says of a pickle: how far the model is from its estimator, or that it was refused."""
    file, rows = (str(folder / f"{name}.{suffix}") for suffix in ("joblib", "csv"))
    command = ["add-model", file, "--area", "shop", "--name", name, "--data", rows, "--target", "outcome"]
    code = run(["--service", str(project.root), *command])
    try:
        manifest = read_manifest(project.models / "shop" / name)
    except ModelLoadError:
        return {"refusal": f"exit code {code}"}
    return {"difference": manifest.document["parity"]["largest_difference"]}


def _cell(by_function: dict[str, Any], by_pickle: dict[str, Any]) -> str:
    """Both differences, or one where they are the same."""
    told = [f"{each['difference']:.0e}" if "difference" in each else "**fails**" for each in (by_function, by_pickle)]
    return told[0] if told[0] == told[1] else f"{told[0]}, from the pickle {told[1]}"


if __name__ == "__main__":
    main()
