"""The pages by which models come in from elsewhere, followed to the letter in a service."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from uv import find_uv_bin

from benchmarks.stopwatch import block
from sparely.bundle import read_manifest
from sparely_toolkit.models.fitted_environment import fitted_python
from sparely_toolkit.models.version_problems import NoPython
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.pages import page
from tests.conftest import TEMPLATE, run
from tests.support.services import baked

NOTEBOOK, OLDER, RETRAIN = page("notebook"), page("older-scikit-learn"), page("retrain")


@pytest.fixture
def service(tmp_path: Path) -> Project:
    """A service of the default choices that a test may change."""
    root = tmp_path / "prediction-service"
    shutil.copytree(baked().root, root, symlinks=True, ignore=shutil.ignore_patterns(".aws-sam", "__pycache__"))
    return Project(root)


def typed(service: Project, lines: str) -> str:
    """Run what a page says as its reader does, in the service's folder."""
    return run("bash", "-ec", lines, cwd=service.root, environment=os.environ)


def test_notebooks_model_comes_into_the_service(service: Project) -> None:
    """Its cell is run as it stands there, then its command."""
    shown = run(sys.executable, "-c", block(NOTEBOOK, "export from a notebook"), cwd=service.root)

    printed = typed(service, block(NOTEBOOK, "add from a notebook"))

    assert "\n    spend: number of EUR " in shown
    assert shown.rstrip().endswith("churn.zip")
    assert "the engine that ships answers its golden rows" in printed
    assert read_manifest(service.models / "shop" / "churn").path == "shop/churn"


def installed(python: Path) -> dict[str, str]:
    """What an environment has, by name."""
    listed = run(str(python), "-m", "pip", "list", "--format=json", cwd=python.parent)
    return {each["name"]: each["version"] for each in json.loads(listed.splitlines()[0])}


@pytest.mark.soak
def test_what_a_notebook_has_stays_as_it_is(service: Project) -> None:
    """The page's commands beside a scikit-learn of NumPy 1, then its cell: nothing was moved, and the model comes in."""
    environment = service.root / "fitted"
    made = subprocess.run([find_uv_bin(), "venv", "-q", "--seed", "--python", "3.11", environment], check=False)
    if made.returncode:
        pytest.skip("this machine has no Python 3.11")
    python = environment / "bin" / "python"
    fitted = ["scikit-learn==1.3.2", "numpy==1.26.4", "pandas==2.1.4", "protobuf<5"]
    run(find_uv_bin(), "pip", "install", "-q", "--python", str(python), *fitted, cwd=service.root)
    before = installed(python)

    lines = block(NOTEBOOK, "install beside").replace("SERVICE/", f"{service.root}/")
    run("bash", "-ec", lines.replace("python -m", f"{python} -m"), cwd=service.root)
    run(str(python), "-c", block(NOTEBOOK, "export from a notebook"), cwd=service.root)
    typed(service, block(NOTEBOOK, "add from a notebook"))

    assert before.items() <= installed(python).items()
    versions = read_manifest(service.models / "shop" / "churn").document["training"]["versions"]
    assert (versions["scikit-learn"], versions["numpy"]) == ("1.3.2", "1.26.4")


@pytest.mark.soak
def test_older_model_comes_into_the_service(service: Project) -> None:
    """Fitted by the version that the page names, added by its command."""
    try:
        python = fitted_python(service, ["scikit-learn==1.5.2"], lambda step: None)
    except NoPython as error:
        pytest.skip(str(error))
    run(str(python), "-c", block(OLDER, "fit an older model"), cwd=service.root)

    printed = typed(service, block(OLDER, "add an older model"))

    assert printed.startswith("rent.joblib was made by scikit-learn 1.5.2, and the service's environment has ")
    assert read_manifest(service.models / "homes" / "rent").document["training"]["versions"]["scikit-learn"] == "1.5.2"


def test_older_models_script_is_one_that_runs(tmp_path: Path) -> None:
    """With the scikit-learn that is here, where the version of the page takes minutes to install."""
    run(sys.executable, "-c", block(OLDER, "fit an older model"), cwd=tmp_path)

    assert block(OLDER, "add an older model").startswith("make add-model MODEL=rent.joblib ")
    assert {each.name for each in tmp_path.iterdir()} == {"rent.joblib", "flats.csv"}


def month(service: Project, *, wrong: float) -> None:
    """Write a month's rows, of which some have the wrong label."""
    rows = pd.DataFrame(
        {"months": [number % 60 for number in range(600)], "visits": [number % 7 for number in range(600)]}
    )
    leaves = rows["months"] < 30
    rows["left"] = (leaves ^ (pd.Series(range(600)) % 100 < 100 * wrong)).map({True: "yes", False: "no"})
    rows.to_csv(service.root / "training" / "churn.csv", index=False)


def retrain(service: Project) -> "subprocess.CompletedProcess[str]":
    """Run the page's job."""
    command = ["bash", "training/retrain.sh"]
    return subprocess.run(command, cwd=service.root, capture_output=True, text=True, check=False)


def commits(service: Project) -> list[str]:
    """The subjects of all commits, the newest first."""
    return run("git", "log", "--format=%s", cwd=service.root).splitlines()


@pytest.fixture
def monthly(service: Project) -> Project:
    """A service under version control with the page's two files."""
    (service.root / "training" / "churn.py").write_text(block(RETRAIN, "training/churn.py"), "utf-8")
    (service.root / "training" / "retrain.sh").write_text(block(RETRAIN, "training/retrain.sh"), "utf-8")
    for command in ("init -q", "config user.name me", "config user.email me@example.org", "add -A", "commit -qm First"):
        run("git", *command.split(), cwd=service.root)
    return service


def test_job_commits_a_model_and_stops_at_one_that_is_worse(monthly: Project) -> None:
    """What was committed is what serves on."""
    month(monthly, wrong=0.1)
    first = retrain(monthly)
    month(monthly, wrong=0.3)
    worse = retrain(monthly)

    assert [first.returncode, worse.returncode] == [0, 1], first.stderr + worse.stderr
    assert (
        "in the model that it would replace, and at most 0.01 worse was allowed. Nothing was written." in worse.stderr
    )
    assert worse.stderr.endswith("The model that serves stays (exit code 1).\n")
    assert commits(monthly) == ["Retrain shop/churn", "First"]
    assert run("git", "status", "--porcelain", "src", cwd=monthly.root) == ""


@pytest.mark.soak
def test_job_commits_nothing_where_nothing_has_changed(monthly: Project) -> None:
    """The same rows make the same model; a better one is committed."""
    month(monthly, wrong=0.1)
    retrain(monthly)
    same = retrain(monthly)
    month(monthly, wrong=0.0)
    better = retrain(monthly)

    assert (same.returncode, better.returncode) == (0, 0)
    assert same.stdout.endswith("The same model as before: nothing to commit.\n")
    assert commits(monthly) == ["Retrain shop/churn", "Retrain shop/churn", "First"]


def test_rows_to_try_the_page_are_what_its_script_reads(tmp_path: Path) -> None:
    """A stranger has none of that shape."""
    (tmp_path / "training").mkdir()

    run(sys.executable, "-c", block(RETRAIN, "training/rows.py"), cwd=tmp_path)
    run(sys.executable, "-c", block(RETRAIN, "training/churn.py"), cwd=tmp_path)

    assert (tmp_path / "churn.zip").is_file()


def test_workflow_runs_the_job_with_pinned_actions() -> None:
    """Those of the service's own workflows, which are kept current with them."""
    workflow = yaml.safe_load(block(RETRAIN, ".github/workflows/retrain.yml"))
    steps = workflow["jobs"]["retrain"]["steps"]
    ours = "".join(file.read_text("utf-8") for file in (TEMPLATE / ".github" / "workflows").glob("*.yml"))

    assert workflow["permissions"] == {}
    assert all(each["uses"] in ours for each in steps if "uses" in each)
    assert "bash training/retrain.sh" in "".join(each.get("run", "") for each in steps)
