"""A model that an older version has made gets in, and gives the same answers whichever way."""

import importlib.metadata
import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest
import sklearn

from sparely.bundle import read_bundle
from sparely_toolkit.models.fitted_environment import fitted_python
from sparely_toolkit.models.version_problems import NoPython
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.services import TEMPLATE

pytestmark = pytest.mark.slow
FIT = """
import sys
import joblib
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sparely_export import export

draws = np.random.RandomState(0)
rows = pd.DataFrame({"spend": draws.gamma(2, 30, 200).round(2), "plan": draws.choice(["basic", "pro"], 200)})
rows.loc[::9, "spend"] = np.nan
left = np.where(rows["spend"].fillna(60) > 60, "stays", "leaves")
columns = ColumnTransformer(
    [("numbers", SimpleImputer(), ["spend"]), ("words", OneHotEncoder(handle_unknown="ignore"), ["plan"])]
)
model = make_pipeline(columns, LogisticRegression()).fit(rows, left)
joblib.dump(model, "churn.joblib")
rows.assign(left=left).to_csv("rows.csv", index=False)
print([".".join(map(str, sys.version_info[:2]))])
print(repr(export(model, rows, "churn.zip", area="shop", name="churn", target=left)))
"""
"""Fits, saves and exports a model, in whatever environment it is run."""
LOWEST = "1.3.0 numpy==1.24.4 pandas==1.5.3 onnx==1.18.0 skl2onnx==1.20.0 joblib==1.3.0"
"""The oldest of everything that sparely-export says it runs with."""
TRIED = {
    "3.11": (LOWEST, "1.3.2", "1.9.1"),
    "3.12": ("1.3.2", "1.5.2", "1.9.1"),
    "3.13": ("1.5.2", "1.7.2", "1.9.1"),
    "3.14": ("1.7.2", "1.9.1"),
}
"""By Python the oldest scikit-learn that it has, one between, and the newest."""
IN_SHORT = ("3.11", "1.3.2")


@pytest.mark.parametrize(
    ("python", "versions"),
    [
        pytest.param(*each, marks=() if each == IN_SHORT else pytest.mark.soak)
        for each in ((python, versions) for python, all_of_it in TRIED.items() for versions in all_of_it)
    ],
)
def test_model_of_another_version_gets_in_by_both_ways(
    project: Project, tmp_path: Path, sparely: Sparely, monkeypatch: pytest.MonkeyPatch, python: str, versions: str
) -> None:
    """Exported where it was fitted, and from its pickle; both give the same answers, as the manifest has them."""
    monkeypatch.setattr("sparely_toolkit.models.fitted_environment.PYTHONS", (python,))
    version, *others = versions.split()
    try:
        interpreter = fitted_python(project, [f"scikit-learn=={version}", *others], lambda step: None)
    except NoPython as error:
        pytest.skip(str(error))
    fitted = subprocess.run([interpreter, "-c", FIT], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert fitted.returncode == 0, fitted.stderr
    assert f"'{python}'" in fitted.stdout

    by_function = sparely("add-model", tmp_path / "churn.zip", service=project.root)
    by_pickle = sparely(
        *("add-model", tmp_path / "churn.joblib", "--area", "shop", "--name", "same"),
        *("--data", tmp_path / "rows.csv", "--target", "left"),
        service=project.root,
    )

    assert (by_function.exit_code, by_pickle.exit_code) == (ExitCode.DONE, ExitCode.DONE), by_pickle.err
    one, other = (read_bundle(project.models / "shop" / name) for name in ("churn", "same"))
    assert one.manifest.sha256 == other.manifest.sha256 or one.predictions == other.predictions
    assert other.manifest.document["training"]["versions"]["scikit-learn"] == version
    if version != sklearn.__version__:
        assert f"churn.joblib was made by scikit-learn {version}, and the service's environment" in by_pickle.out


@pytest.mark.soak
def test_service_brings_its_own_export_into_the_environment(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheels in its vendor/, where our packages are not under development."""
    shutil.copytree(TEMPLATE / "vendor", project.vendor)
    find = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "sparely_export" else find(name))

    python = fitted_python(project, ["scikit-learn==1.8.0"], lambda step: None)

    code = "import sklearn, sparely_export; print(sklearn.__version__, sparely_export.__file__)"
    shown = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert shown[0] == "1.8.0"
    assert Path(shown[1]).is_relative_to(python.parents[1])
