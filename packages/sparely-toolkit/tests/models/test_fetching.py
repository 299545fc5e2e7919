"""Models that a registry keeps, by `sparely add-model`: fetched by the export's own environment, then as any file."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import joblib
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from sparely.archive import read_archive, to_text, versioned, write_archive
from sparely.bundle import MANIFEST, read_bundle
from sparely_export import export
from sparely_toolkit.models.bundled import is_bundle
from sparely_toolkit.models.fetching import LocalModel, is_address, local_model
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.mock_aws import mock_aws

ADDRESS = "s3://models/rents/rent.joblib"
SOURCE = {"registry": "mlflow", "name": "churn", "version": "3", "sha256": "0" * 64}
WHAT = ("--area", "homes", "--name", "rent", "--target", "rent")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A bucket with a model of two columns; its rows lie here."""
    rows = pd.DataFrame({"rooms": [1.0, 2, 3, 4] * 10, "floor": [0.0, 1, 5, 2, 3] * 8})
    rows["rent"] = 300 * rows["rooms"] + 10 * rows["floor"]
    joblib.dump(LinearRegression().fit(rows[["rooms", "floor"]], rows["rent"]), tmp_path / "rent.joblib")
    rows.to_csv(tmp_path / "rents.csv", index=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_aws() as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        bucket = boto3.resource("s3", region_name="us-east-1").create_bucket(Bucket="models")
        bucket.upload_file(str(tmp_path / "rent.joblib"), "rents/rent.joblib")
        yield tmp_path


@pytest.mark.slow
def test_model_in_a_registry_is_added_and_says_where_it_came_from(
    project: Project, kept: Path, sparely: Sparely
) -> None:
    """The manifest names the object, its version and the digest of what was opened; messages name the address."""
    outcome = sparely("add-model", ADDRESS, *WHAT, "--data", kept / "rents.csv", service=project.root)

    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")
    content = (kept / "rent.joblib").read_bytes()
    assert read_bundle(project.models / "homes" / "rent").manifest.document["training"]["source"] == {
        "registry": "s3",
        "name": "models/rents/rent.joblib",
        "version": hashlib.md5(content).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert f"{ADDRESS} is a pickle: opening it runs whatever code was put into it." in outcome.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("has_source", "member"), [(False, "source"), pytest.param(True, "bundle", marks=pytest.mark.soak)]
)
def test_bundle_in_a_registry_keeps_where_it_lay(
    project: Project, kept: Path, sparely: Sparely, has_source: bool, member: str
) -> None:
    """Beside where its model had been, if it was in a registry before it was exported."""
    rows = pd.read_csv(kept / "rents.csv")
    model = joblib.load(kept / "rent.joblib")
    export(model, rows, kept / "rent.zip", area="homes", name="rent", target="rent", progress=False)
    if has_source:
        files = read_archive(kept / "rent.zip")
        document = json.loads(files[MANIFEST])
        document["training"]["source"] = SOURCE
        write_archive(kept / "rent.zip", {**files, MANIFEST: to_text(versioned(document))})
    boto3.resource("s3", region_name="us-east-1").Bucket("models").upload_file(str(kept / "rent.zip"), "rent.zip")

    outcome = sparely("add-model", "s3://models/rent.zip", service=project.root)

    content = (kept / "rent.zip").read_bytes()
    manifest = read_bundle(project.models / "homes" / "rent").manifest
    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")
    assert manifest.document["training"][member] == {
        "registry": "s3",
        "name": "models/rent.zip",
        "version": hashlib.md5(content).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert (manifest.document["training"]["source"] == SOURCE) is has_source
    assert versioned(manifest.document)["version"] == manifest.version
    assert ("  from mlflow: churn, version 3\n" in outcome.out) is has_source
    assert " s3: models/rent.zip, version " in outcome.out


@pytest.mark.parametrize(
    "address", ["s3://b/rent.zip?versionId=3", "hf://o/r/rent.zip@main", "runs:/abc/rent.zip", "s3://b@c/rent.ZIP"]
)
def test_a_bundle_is_known_by_its_address(address: str) -> None:
    """Whatever says behind its name which version of it is meant."""
    assert is_bundle(address)


@pytest.mark.slow
def test_refused_bundle_is_named_by_its_address(project: Project, kept: Path, sparely: Sparely) -> None:
    """As whoever called has it."""
    boto3.resource("s3", region_name="us-east-1").Bucket("models").put_object(Key="rent.zip", Body=b"PK")

    outcome = sparely("add-model", "s3://models/rent.zip", service=project.root)

    assert outcome.err == (
        "s3://models/rent.zip: it is no zip file that can be read, or is cut short (File is not a zip file). "
        "Nothing was written.\n"
    )


@pytest.mark.slow
def test_what_a_registry_says_against_it_is_passed_on(project: Project, kept: Path, sparely: Sparely) -> None:
    """In one sentence, and with the exit code of a wrong call."""
    outcome = sparely(
        "add-model", "s3://models/nothing.joblib", *WHAT, "--data", kept / "rents.csv", service=project.root
    )

    assert (outcome.exit_code, outcome.out, outcome.err) == (
        ExitCode.WRONG_CALL,
        "",
        "s3://models/nothing.joblib is not there: S3 says NoSuchKey.\n",
    )
    assert not (project.models / "homes").exists()


@pytest.mark.parametrize(
    ("model", "is_one"),
    [
        ("models:/churn@champion", True),
        ("runs:/abc/model", True),
        ("s3://b/k", True),
        ("hf://o/r/f", True),
        ("gs://b/k", True),
        ("churn.joblib", False),
        ("C:/models/churn.joblib", False),
        ("/models/churn.joblib", False),
        ("models/churn:3.joblib", False),
    ],
)
def test_an_address_is_told_from_a_file(model: str, is_one: bool) -> None:
    """Whether there is such a registry, the fetching program says."""
    assert is_address(model) is is_one


def test_a_fetched_file_comes_with_its_record_and_versions(tmp_path: Path) -> None:
    """Which tell the export of its registry, and the isolated environment what to install."""

    def run(arguments: object) -> str:
        (tmp_path / "model.pkl").touch()
        record = {"file": "model.pkl", "source": SOURCE, "versions": {"scikit-learn": "1.5.2"}, "columns": []}
        (tmp_path / "fetched.json").write_text(json.dumps(record), "utf-8")
        return f"{tmp_path / 'fetched.json'}\n"

    with local_model("models:/churn/3", run) as model:
        assert model == LocalModel(
            str(tmp_path / "model.pkl"),
            ("--fetched", str(tmp_path / "fetched.json")),
            {"scikit-learn": "1.5.2"},
            SOURCE,
        )
