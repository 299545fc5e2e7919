"""Files of models, opened by what wrote them."""

import pickle
import re
import sys
from pathlib import Path

import joblib
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV

from sparely_export.frameworks.opening import UnknownFile, open_file
from sparely_export.frameworks.pickled import UntrustedTypes
from sparely_export.refusals import MissingPackage
from tests.pages import INSTALL

LINE = LinearRegression().fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])


def test_warning_comes_before_a_pickle_is_opened(tmp_path: Path) -> None:
    """What a pickle runs, it runs after the warning."""
    told: list[str] = []
    path = tmp_path / "line.joblib"
    joblib.dump(LINE, path)

    opened = open_file(path, tell=told.append)

    assert told == [
        f"{path} is a pickle: opening it runs whatever code was put into it. Go on only with a file that you, or "
        "someone you trust, made; a .skops file of the same model runs none."
    ]
    assert (type(opened.estimator), opened.framework) == (LinearRegression, "scikit-learn")


def test_search_gives_its_best_estimator(tmp_path: Path) -> None:
    """A fitted search is served as what it found."""
    search = GridSearchCV(LinearRegression(), {"fit_intercept": [True]}, cv=2).fit(
        [[0.0], [1.0], [2.0], [3.0]], [0, 1, 2, 3]
    )
    (tmp_path / "search.pkl").write_bytes(pickle.dumps(search))

    assert type(open_file(tmp_path / "search.pkl", tell=print).estimator) is LinearRegression


@pytest.mark.parametrize("method", [None, "zlib", "gzip", "bz2", "lzma", "xz"])
@pytest.mark.parametrize("suffix", [".pkl", ".pickle"])
def test_file_of_joblib_opens_under_the_suffix_of_a_pickle(tmp_path: Path, suffix: str, method: str | None) -> None:
    """Many call it so; its arrays stand between the opcodes, which pickle does not read."""
    path = tmp_path / f"line{suffix}"
    joblib.dump(LINE, path, compress=(method, 3) if method else 0)

    assert type(open_file(path, tell=print).estimator) is LinearRegression


def test_unknown_suffix_lists_the_known() -> None:
    """The message has every suffix."""
    with pytest.raises(UnknownFile) as caught:
        open_file(Path("model.h5"))

    assert str(caught.value) == (
        "model.h5: models are opened from .joblib, .pkl, .pickle, .cloudpickle, .skops, .json, .ubj, .txt, .cbm, .pt2, .onnx files."
    )


def test_weights_alone_are_told_how_to_become_a_program() -> None:
    """A file of weights has no layers: the message has the two lines that save both."""
    with pytest.raises(UnknownFile, match=r"torch\.export\.save"):
        open_file(Path("net.pt"))


@pytest.mark.parametrize(
    ("suffix", "package"),
    [(".skops", "skops"), (".ubj", "xgboost"), (".txt", "lightgbm"), (".cbm", "catboost"), (".pt2", "torch")],
)
def test_missing_package_is_named_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, package: str
) -> None:
    """A framework is needed only for its files, and the message installs it."""
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    (tmp_path / f"model{suffix}").touch()

    with pytest.raises(MissingPackage) as caught:
        open_file(tmp_path / f"model{suffix}")

    assert re.fullmatch(f"  ({INSTALL}) {package}", str(caught.value).splitlines()[1])


def test_unknown_types_of_a_skops_file_are_told_with_the_option_that_trusts_them() -> None:
    """Each type has one of its own."""
    assert str(UntrustedTypes(Path("m.skops"), ["a.B", "c.D"])) == (
        "m.skops holds types that skops does not know: a.B, c.D. If you know them, open it with --trust a.B --trust c.D"
    )
