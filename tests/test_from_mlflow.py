"""The page `from-mlflow`, followed to the letter: with a folder as store, and among the long tests with MLflow's server."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from uv import find_uv_bin

from benchmarks.stopwatch import ask, block
from sparely.bundle import read_bundle
from sparely_toolkit.local.serving import serving
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.pages import page
from tests.conftest import run, user_environment
from tests.support import registries
from tests.support.pages import unbuilt
from tests.support.services import baked

PAGE = page("from-mlflow")
VARIABLE = "MLFLOW_TRACKING_URI"
# Libraries for training and a registry; the toolkit's tests/models/test_fetching.py and the exporter's tests/registries
# have the samples.
pytestmark = pytest.mark.soak


class Followed(NamedTuple):
    """A service in which the page was followed, and what `make add-model` said."""

    project: Project
    said: str


def follow(folder: Path, variables: Mapping[str, str]) -> Followed:
    """Do what the page says, up to its question."""
    root = folder / "prediction-service"
    shutil.copytree(baked().root, root, symlinks=True, ignore=shutil.ignore_patterns(".aws-sam", "__pycache__"))
    (root / "training" / "fit.py").write_text(block(PAGE, "log.py"), "utf-8")
    environment = {**user_environment(), **registries.environment(folder), **variables}
    run("make", "train", "SCRIPT=training/fit.py", cwd=root, environment=environment)
    said = run(*shlex.split(block(PAGE, "add from mlflow")), cwd=root, environment=environment)
    return Followed(Project(root), said)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """With a folder in the place of the page's server."""
    folder = tmp_path_factory.mktemp("followed")
    return follow(folder, {VARIABLE: str(folder / "mlruns")})


def test_registered_model_is_added_with_what_mlflow_says_of_it(followed: Followed) -> None:
    """Version, run and metrics are in the manifest; the signature's `double` is a number, its `long` an integer."""
    manifest = read_bundle(followed.project.models / "shop" / "churn").manifest

    source = manifest.document["training"]["source"]
    assert (source["registry"], source["name"], source["version"]) == ("mlflow", "churn", "1")
    assert (len(source["run_id"]), list(source["metrics"])) == (32, ["accuracy"])
    assert [(feature.name, feature.type) for feature in manifest.features] == [
        ("months", "integer"),
        ("spend", "number"),
    ]
    assert f"from mlflow: churn, version 1, run {source['run_id']}" in followed.said


def test_pages_question_is_answered(followed: Followed, tmp_path: Path) -> None:
    """At the local API, from the service's folder alone."""
    with serving(
        unbuilt(followed.project, tmp_path), tmp_path / "log", "--no-auth", project=followed.project
    ) as server:
        answer = json.loads(ask(block(PAGE, "ask churn"), server.port))

    assert answer["predictions"]["churn"][0]["label"] == "leaves"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """MLflow's own server, with an empty store."""
    with registries.mlflow_server(tmp_path_factory.mktemp("server")) as address:
        yield address


def test_page_goes_all_the_way_with_a_server(server: str, tmp_path: Path) -> None:
    """Logged and registered over HTTP, added, built, asked, and tested by the service's own tests."""
    followed = follow(tmp_path, {VARIABLE: server})
    run("make", "build", cwd=followed.project.root)

    with serving(followed.project.built_template, tmp_path / "log", "--no-auth", project=followed.project) as local:
        answer = json.loads(ask(block(PAGE, "ask churn"), local.port))
    run("make", "test", cwd=followed.project.root)

    assert answer["predictions"]["churn"][0]["label"] == "leaves"
    assert read_bundle(followed.project.models / "shop" / "churn").manifest.document["training"]["source"]["run_id"]


def test_older_scikit_learn_in_a_registry_is_opened_in_its_own_version(server: str, tmp_path: Path) -> None:
    """What MLflow 2 logged, by a scikit-learn of its time, goes through an environment of that version."""
    uv = find_uv_bin()
    script = block(PAGE, "log.py").replace('name="model"', 'artifact_path="model"')
    script = script.replace('model_name="churn"', 'model_name="older"').replace('alias("churn"', 'alias("older"')
    (tmp_path / "fit.py").write_text(script, "utf-8")
    with_ = [word for each in ("mlflow<3", "scikit-learn==1.6.1") for word in ("--with", each)]
    subprocess.run(
        [uv, "run", "--no-project", *with_, "python", "fit.py"],
        cwd=tmp_path,
        env={**user_environment(), VARIABLE: server},
        check=True,
    )
    root = tmp_path / "prediction-service"
    shutil.copytree(baked().root, root, symlinks=True, ignore=shutil.ignore_patterns(".aws-sam", "__pycache__"))
    shutil.copy(tmp_path / "churn.csv", root)
    environment = {**user_environment(), **registries.environment(tmp_path), VARIABLE: server}

    command = block(PAGE, "add from mlflow").replace("models:/churn", "models:/older")
    said = run(*shlex.split(command), cwd=root, environment=environment)

    manifest = read_bundle(root / "src" / "models" / "shop" / "churn").manifest
    assert manifest.document["training"]["versions"]["scikit-learn"] == "1.6.1"
    assert "was made by scikit-learn 1.6.1" in said
