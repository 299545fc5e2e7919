"""`python -m sparely_export.registries`: what it leaves, prints and exits with."""

import subprocess
import sys
from pathlib import Path

import pytest

from sparely_export.registries import fetching
from sparely_export.registries.__main__ import main
from sparely_export.registries.fetched import Fetched, NoAddress, Source
from sparely_export.signature import Column

pytestmark = pytest.mark.usefixtures("with_clients")


def test_an_address_of_no_registry_is_a_wrong_call_in_one_sentence(tmp_path: Path) -> None:
    """As a process of its own, which is told of on stderr."""
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "sparely_export.registries",
        "gs://models/churn.joblib",
        str(tmp_path),
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (
        2,
        "",
        [
            "fetch gs://models/churn.joblib ...",
            "gs://models/churn.joblib: models are fetched from models:/ and runs:/ (MLflow), s3:// and hf:// (Hugging "
            "Face); download others first, and give the file.",
        ],
    )


def test_what_is_missing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With the form that is right."""
    assert main(["models:/churn/3"]) == 2

    assert capsys.readouterr().err.endswith("python -m sparely_export.registries ADDRESS FOLDER\n")


def test_a_record_says_all_that_was_fetched(tmp_path: Path) -> None:
    """Whoever reads it has what the one who wrote it had."""
    fetched = Fetched(
        file=tmp_path / "model" / "model.pkl",
        source=Source(
            registry="mlflow", name="churn", version="3", sha256="0" * 64, run_id="f8c2", metrics={"auc": 0.9}
        ),
        versions={"scikit-learn": "1.5.2"},
        columns=(Column("a", "double", required=False),),
    )
    fetched.write(tmp_path / "fetched.json")

    assert Fetched.read(tmp_path / "fetched.json") == fetched


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"file": 1, "source": {"x": 1}, "versions": {}, "columns": []}'])
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    """Rather than read in part."""
    (tmp_path / "fetched.json").write_text(text, "utf-8")

    with pytest.raises(NoAddress, match="is no record of a fetched model"):
        Fetched.read(tmp_path / "fetched.json")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("models:/churn@champion", "models-churn@champion"),
        ("s3://b/../k", "s3-b-..-k"),
        ("hf://o/r/f@v1", "hf-o-r-f@v1"),
    ],
)
def test_folders_are_named_by_their_address(address: str, name: str) -> None:
    """Messages that name a fetched file then say where it is from; none leaves its folder."""
    assert fetching.folder_name(address) == name


def test_refusal_has_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An address that names no file is a wrong call, and no record is left."""
    assert main(["hf://shop", str(tmp_path)]) == 2

    assert "hf://shop names no file" in capsys.readouterr().err
    assert not [*tmp_path.rglob("fetched.json")]


def test_record_of_what_was_fetched_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stands beside the file, in a folder that is named by the address."""

    def download(repository: str, name: str, revision: str | None) -> str:
        file = tmp_path / "hub" / "snapshots" / ("a" * 40) / name
        file.parent.mkdir(parents=True)
        file.write_bytes(b"a fitted model")
        return str(file)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)

    assert main(["hf://shop/churn/model.joblib", str(tmp_path / "here")]) == 0

    record = Path(capsys.readouterr().out.strip())
    assert record == tmp_path / "here" / "hf-shop-churn-model.joblib" / "fetched.json"
    assert Fetched.read(record).file.read_bytes() == b"a fitted model"
