"""Files that hold no model which opens here: each ends in a sentence."""

import os
import pickle
import re
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import joblib
import joblib.compressor
import pytest
import sklearn
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.frameworks.load_errors import Damaged, ForeignCode, NotAModel, OtherVersion
from sparely_export.frameworks.opening import open_file
from sparely_export.refusals import INSTALLABLE, MissingPackage, Unreadable
from tests.pages import ADD_A_MODEL, INSTALL

LINE = LinearRegression().fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])
OLD = b"_sklearn_version\x94\x8c\x051.6.1\x94ub."


def saved(folder: Path, content: bytes, name: str = "model.pkl") -> Path:
    """A file with that content."""
    (folder / name).write_bytes(content)
    return folder / name


def opened(path: Path) -> Any:
    """What opens, without the warning."""
    return open_file(path, tell=lambda _: None).estimator


def aged(estimator: Any) -> bytes:
    """A pickle as scikit-learn 1.6.1 would have written it."""
    now = sklearn.__version__.encode()
    return pickle.dumps(estimator).replace(bytes([len(now)]) + now, b"\x051.6.1")


@pytest.mark.parametrize(
    "content",
    [b"c_loss\nCyHalfBinomialLoss\n." + OLD, b"csklearn.compose._column_transformer\n_RemainderColsList\n." + OLD],
    ids=["module", "class"],
)
def test_what_another_scikit_learn_had_is_told_by_its_version(tmp_path: Path, content: bytes) -> None:
    """Modules and classes that scikit-learn has dropped name both versions, and no package to install."""
    with pytest.raises(OtherVersion) as caught:
        opened(saved(tmp_path, content))

    here = sklearn.__version__
    assert str(caught.value) == (
        f"{tmp_path}/model.pkl was saved with scikit-learn 1.6.1, and scikit-learn {here} here does not open it. "
        f"Fit the model again with scikit-learn {here}, which {sys.executable} has, and save that; "
        "or export it where it was fitted, by sparely_export.export, and add that file."
    )


def test_a_version_that_cannot_be_known_is_another(tmp_path: Path) -> None:
    """In a compressed file the version is not read, and the module alone tells."""
    with pytest.raises(OtherVersion, match=r"was saved with another scikit-learn, and scikit-learn "):
        opened(saved(tmp_path, zlib.compress(b"c_loss\nCyHalfBinomialLoss\n."), "model.joblib"))


def test_a_model_of_another_version_that_opens_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its steps may have changed since; the sentence comes once, however many steps it has."""
    twice = make_pipeline(StandardScaler(), LinearRegression()).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])

    assert opened(saved(tmp_path, aged(twice))).predict([[3.0]]) == pytest.approx([3.0])

    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1
    assert told[0].startswith(f"{tmp_path}/model.pkl was saved with scikit-learn 1.6.1 and is opened by ")


@pytest.mark.parametrize(("module", "package"), INSTALLABLE.items(), ids=INSTALLABLE)
def test_only_packages_of_the_page_are_installed(tmp_path: Path, module: str, package: str) -> None:
    """A pickle of one of them names it with the command, as it is called where packages are kept."""
    assert package in ADD_A_MODEL

    with pytest.raises(MissingPackage) as caught:
        opened(saved(tmp_path, f"c{module}.nowhere_to_be_found\nOwn\n.".encode()))

    assert re.fullmatch(f"  ({INSTALL}) {package}", str(caught.value).splitlines()[1])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"cnowhere_to_be_found.steps\nOwn\n.", r"needs the module nowhere_to_be_found, which is not here\."),
        (b"c__main__\nOwnStep\n.", "needs OwnStep of the script that saved it, which is not here"),
    ],
    ids=["module", "script"],
)
def test_own_code_is_told_as_such(tmp_path: Path, content: bytes, told: str) -> None:
    """A module of an unknown name is nobody's package: nothing is said to be installed."""
    with pytest.raises(ForeignCode, match=told) as caught:
        opened(saved(tmp_path, content))

    assert "install" not in str(caught.value)
    assert "if only fitting needs it, as an objective, save the model by cloudpickle" in str(caught.value)


@pytest.mark.parametrize("suffix", [".joblib", ".pkl", ".cloudpickle"])
@pytest.mark.parametrize("content", [b"", b"hello world\n", pickle.dumps(LINE)[:80]], ids=["empty", "text", "cut"])
def test_a_damaged_file_is_told_with_its_size(tmp_path: Path, content: bytes, suffix: str) -> None:
    """Empty, cut short or something else: it is to be saved again."""
    with pytest.raises(
        Damaged, match=rf"model{suffix} \({len(content)} bytes\) is no {suffix} file that can be opened"
    ):
        opened(saved(tmp_path, content, f"model{suffix}"))


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    """Neither to see who wrote it nor to say why it does not open: there may be more of it than of memory."""
    path = saved(tmp_path, b"", "zeros.pkl")
    os.truncate(path, 64 << 20)
    tracemalloc.start()

    with pytest.raises(Damaged, match=r"zeros\.pkl \(67108864 bytes\) is no \.pkl file"):
        opened(path)

    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 8 << 20


@pytest.mark.parametrize("content", [{"model": LINE}, [LINE], StandardScaler()], ids=str)
def test_what_does_not_predict_is_named(tmp_path: Path, content: Any) -> None:
    """A dict or a list around the model is no model."""
    joblib.dump(content, tmp_path / "model.joblib")

    with pytest.raises(NotAModel, match=rf"holds a {type(content).__name__}, not a fitted model: it has no predict\."):
        opened(tmp_path / "model.joblib")


@pytest.mark.parametrize(("content", "place"), [({"columns": [], "model": LINE}, "['model']"), ((1, LINE), "[1]")])
def test_the_model_in_a_container_is_pointed_at(tmp_path: Path, content: Any, place: str) -> None:
    """Many save it with its columns."""
    joblib.dump(content, tmp_path / "model.joblib")

    with pytest.raises(NotAModel) as caught:
        opened(tmp_path / "model.joblib")

    assert str(caught.value).endswith(
        f"Its {place} is a LinearRegression: save the fitted estimator, or the whole pipeline, by itself."
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """So is a folder."""
    with pytest.raises(Unreadable, match=r"nowhere\.pkl cannot be read: No such file or directory\.$"):
        opened(tmp_path / "nowhere.pkl")
    (tmp_path / "folder.pkl").mkdir()
    with pytest.raises(Unreadable, match="cannot be read: Is a directory"):
        opened(tmp_path / "folder.pkl")


def test_what_joblib_needs_to_unpack_a_file_is_named_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """joblib compresses by lz4 where that is installed, and unpacks it nowhere else."""
    monkeypatch.setattr(joblib.compressor, "lz4", None)  # as joblib has it where the package is not installed

    with pytest.raises(MissingPackage, match=r"^opening model.joblib needs the package lz4, which is not installed"):
        opened(saved(tmp_path, b"\x04\x22\x4d\x18" + bytes(50), "model.joblib"))
