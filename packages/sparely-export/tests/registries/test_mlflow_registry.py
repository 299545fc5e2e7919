"""
Models from MLflow, logged and registered by MLflow itself: found, fetched and exported.

In a folder; among the long tests also in a database, and over HTTP by MLflow's own server.
"""

import hashlib
import json
import sys
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sparely_export.__main__ import main
from sparely_export.refusals import MissingPackage
from sparely_export.registries import mlflow_registry
from sparely_export.registries.fetched import NoAccess, NoAddress, NotThere, Tampered
from sparely_export.registries.mlflow_registry import NoTracking
from support.registries import mlflow_server
from support.servers import answering
from tests.registries.logging_models import all_flavours, log, rows_file

LONG = ("database", "server")
TARGETS = {"churn": "left", "xgboost": "numbered", "lightgbm": "spent", "catboost": "spent", "onnx": "spent"}


class Store(NamedTuple):
    """Where the models are, and the runs that logged them."""

    address: str
    runs: dict[str, str]
    client: Any


@pytest.fixture(scope="module", params=["folder", *(pytest.param(each, marks=pytest.mark.soak) for each in LONG)])
def tracking(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of an empty store of each kind."""
    folder = tmp_path_factory.mktemp("mlflow")
    if request.param == "server":
        with mlflow_server(folder) as server:
            yield server
    elif request.param == "database":
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)  # where the artifacts are put
            yield f"sqlite:///{folder / 'mlflow.db'}"
    else:
        yield str(folder / "mlruns")


@pytest.fixture(scope="module")
def kept(with_clients: None, tracking: str) -> Iterator[Store]:
    """A store of six registered models, one of which is in production, by an alias and by a stage."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", tracking)
        runs = log(all_flavours)
        import mlflow

        client = mlflow.MlflowClient(tracking, tracking)
        client.set_registered_model_alias("churn", "champion", "1")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # stages are deprecated
            client.transition_model_version_stage("churn", "1", "Staging")
        yield Store(tracking, runs, client)


@pytest.fixture
def store(kept: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store, which MLflow finds by its variable."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", kept.address)
    return kept


@pytest.mark.parametrize(
    "address",
    ["models:/churn@champion", "models:/churn/1", "models:/churn/latest", "models:/churn/Staging", "runs:/{}/model"],
)
def test_a_model_is_found_by_each_form_of_address(store: Store, tmp_path: Path, address: str) -> None:
    """With its run and metrics; what is no number is left out."""
    fetched = mlflow_registry.fetch(address.format(store.runs["churn"]), tmp_path)

    assert fetched.file.name == "model.pkl"
    assert (fetched.source.registry, fetched.source.run_id) == ("mlflow", store.runs["churn"])
    assert fetched.source.metrics == {"auc": 0.9}
    assert fetched.source.sha256 == hashlib.sha256(fetched.file.read_bytes()).hexdigest()
    assert [(each.name, each.type) for each in fetched.columns] == [("age", "double"), ("visits", "long")]


def test_an_alias_is_kept_as_the_version_that_it_was(store: Store, tmp_path: Path) -> None:
    """An alias moves."""
    source = mlflow_registry.fetch("models:/churn@champion", tmp_path).source

    assert (source.name, source.version) == ("churn", "1")


@pytest.mark.parametrize("flavour", TARGETS)
def test_each_flavour_is_exported_with_what_its_registry_says(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], flavour: str
) -> None:
    """The gate has passed, and the manifest names model, version, run and metrics."""
    models = tmp_path / "models"
    command = [f"models:/{flavour}/1", "--area", "shop", "--name", flavour, "--data", str(rows_file(tmp_path))]

    code = main([*command, "--target", TARGETS[flavour], "--models", str(models)])

    assert code == 0, capsys.readouterr().err
    manifest = json.loads((models / "shop" / flavour / "manifest.json").read_text("utf-8"))
    source = manifest["training"]["source"]
    assert {**source, "sha256": len(source["sha256"])} == {
        "registry": "mlflow", "name": flavour, "version": "1", "sha256": 64, "run_id": store.runs[flavour],
        "metrics": {"auc": 0.9},
    }  # fmt: skip
    assert [(each["name"], each["type"]) for each in manifest["features"]] == [("age", "number"), ("visits", "integer")]
    assert f"  from mlflow: {flavour}, version 1, run {store.runs[flavour]}\n" in capsys.readouterr().out


def test_a_model_of_python_alone_is_refused(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is written."""
    command = ["models:/own/1", "--area", "shop", "--name", "own", "--data", str(rows_file(tmp_path))]

    assert main([*command, "--models", str(tmp_path / "models")]) == 1

    assert "models:/own/1 is a python_function only" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_rows_that_the_signature_does_not_take_are_refused(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though the estimator itself would answer them."""
    rows = rows_file(tmp_path)
    rows.write_text(rows.read_text("utf-8").replace("20.0,1,", "20.0,1.5,"), "utf-8")
    command = ["models:/churn/1", "--area", "shop", "--name", "churn", "--data", str(rows), "--target", "left"]

    assert main([*command, "--models", str(tmp_path / "models")]) == 1

    assert 'column "visits" holds 1.5 in row 1 of the data, and is long in the model\'s' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tag", "is_taken"),
    [("{}", True), ("sha256:{}", True), ("0" * 64, False)],
)
def test_a_version_that_is_not_what_its_tag_says_is_refused(
    store: Store, tmp_path: Path, tag: str, is_taken: bool
) -> None:
    """MLflow keeps no digest of a model by itself; a tag named sha256 is one."""
    digest = mlflow_registry.fetch("models:/churn/1", tmp_path / "first").source.sha256
    store.client.set_model_version_tag("churn", "1", "sha256", tag.format(digest))
    try:
        if is_taken:
            assert mlflow_registry.fetch("models:/churn/1", tmp_path / "again").source.sha256 == digest
        else:
            with pytest.raises(
                Tampered, match="models:/churn/1 is not what its registry says: the SHA-256 of what came"
            ):
                mlflow_registry.fetch("models:/churn/1", tmp_path / "again")
    finally:
        store.client.delete_model_version_tag("churn", "1", "sha256")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("models:/churn@nobody", "alias nobody not found"),
        ("models:/churn/7", "version=7"),
        ("models:/nothing/1", "name=nothing"),
        ("models:/nothing/latest", "no version at all"),
        ("models:/churn/Production", "no version in the stage Production"),
        ("models:/no'thing/latest", "no version at all"),
        ("runs:/abcdef/model", "abcdef"),
    ],
)
def test_what_is_not_registered_is_a_wrong_call(store: Store, tmp_path: Path, address: str, reason: str) -> None:
    """In MLflow's own words, with where it was looked for."""
    with pytest.raises(NotThere) as caught:
        mlflow_registry.fetch(address, tmp_path)

    assert str(caught.value).startswith(f"{address} is not there: ")
    assert reason in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_path_that_the_run_has_not_logged_is_a_wrong_call(store: Store, tmp_path: Path) -> None:
    """The run is there."""
    with pytest.raises(NotThere):
        mlflow_registry.fetch(f"runs:/{store.runs['churn']}/nothing", tmp_path)


@pytest.mark.parametrize("address", ["models:/churn", "models:/", "models:/a/b/c", "runs:/abc", "models:/a@b@c"])
def test_an_address_of_no_model_is_a_wrong_call(address: str, tmp_path: Path) -> None:
    """Before MLflow is even loaded."""
    with pytest.raises(NoAddress) as caught:
        mlflow_registry.fetch(address, tmp_path)

    assert str(caught.value) == (
        f"{address} names no model; expected models:/NAME@ALIAS, models:/NAME/VERSION, or runs:/RUN_ID/PATH."
    )


@pytest.mark.parametrize(
    ("tracking", "reason"),
    [
        (None, "MLFLOW_TRACKING_URI is not set, so nobody knows where MLflow keeps its models: export "
               "MLFLOW_TRACKING_URI=http://HOST:PORT, sqlite:///FILE, or a folder."),
        ("sqlite:////nowhere/mlflow.db", "MLFLOW_TRACKING_URI is sqlite:////nowhere/mlflow.db, and there is no "
                                         "/nowhere/mlflow.db."),
        ("/nowhere", "MLFLOW_TRACKING_URI is /nowhere, and there is no /nowhere."),
        ("file:///nowhere", "MLFLOW_TRACKING_URI is file:///nowhere, and there is no /nowhere."),
    ],
)  # fmt: skip
def test_a_store_that_is_not_there_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracking: str | None, reason: str
) -> None:
    """MLflow itself would begin an empty one, and say that the model is missing."""
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    if tracking:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking)

    with pytest.raises(NoTracking) as caught:
        mlflow_registry.fetch("models:/churn/1", tmp_path)

    assert (str(caught.value), caught.value.exit_code) == (reason, 3)
    assert not Path("/nowhere").exists()


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_does_not_let_in_asks_for_credentials(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """The address is told without the password in it."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(status)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:secret@127.0.0.1:{server.server_port}")
    with answering(server), pytest.raises(NoAccess) as caught:
        mlflow_registry.fetch("models:/churn@champion", tmp_path)

    assert f"http://127.0.0.1:{server.server_port} does not let you in" in str(caught.value)
    assert "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_named(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the cause alone, out of a page of them."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

    with pytest.raises(NoAccess) as caught:
        mlflow_registry.fetch("models:/churn@champion", tmp_path)

    assert str(caught.value) == (
        "models:/churn@champion cannot be fetched: http://127.0.0.1:9 does not answer (Failed to establish a new "
        "connection: [Errno 111] Connection refused)."
    )


@pytest.mark.parametrize(("lacking", "installed"), [("mlflow", "mlflow-skinny"), ("sqlalchemy", "sqlalchemy alembic")])
def test_what_mlflow_needs_is_named_with_the_command(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: str, installed: str
) -> None:
    """Its small package is enough."""
    if lacking == "mlflow":
        monkeypatch.setitem(sys.modules, "mlflow", None)
    else:
        monkeypatch.setattr("mlflow.MlflowClient", lambda: __import__("sqlalchemy"))
        monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    with pytest.raises(MissingPackage, match=rf"(?s)fetching models:/churn/1 needs .* {installed}$"):
        mlflow_registry.fetch("models:/churn/1", tmp_path)
