"""Where a model's file is opened: here, or in an environment of what made it."""

import importlib.metadata
import importlib.util
import pickle
import re
import sys
from pathlib import Path
from typing import Any

import joblib
import pytest
import sklearn
from sklearn.linear_model import LinearRegression

from sparely_toolkit.models.fitted_environment import _path, check_imports, fitted_python, versions_here
from sparely_toolkit.models.pickle_origin import origin_of
from sparely_toolkit.models.version_problems import OLDEST, NoPython, Unreachable, Unresolved, Unusable
from sparely_toolkit.models.where import python_for
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely

pytestmark = pytest.mark.slow

LINE = LinearRegression().fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])


def claimed(path: Path, version: str) -> Path:
    """A pickle that says that another scikit-learn of as many letters made it."""
    path.write_bytes(pickle.dumps(LINE).replace(sklearn.__version__.encode(), version.encode()))
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A file of a scikit-learn that never was."""
    return claimed(tmp_path / "line.pkl", "8.8.1")


def chosen(project: Project, file: Path, **changes: Any) -> tuple[Path, list[str]]:
    """The interpreter for a file, and what is told."""
    said: list[str] = []
    options: dict[str, Any] = {"extra": [], "here": False, **changes}
    return python_for(project, str(file), "rows.csv", progress=lambda step: None, tell=said.append, **options), said


def test_every_python_of_pyenv_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that its shims do not run, since nobody has chosen them."""
    programs = tmp_path / "versions" / "3.99.1" / "bin"
    programs.mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", "/first")

    assert _path() == f"/first:{programs}"


def test_file_of_this_version_is_opened_here(project: Project, tmp_path: Path) -> None:
    """Nothing is told, and nothing is made."""
    joblib.dump(LINE, tmp_path / "line.joblib")

    assert chosen(project, tmp_path / "line.joblib") == (Path(sys.executable), [])


def test_file_of_another_version_can_be_opened_here(project: Project, other: Path) -> None:
    """Where its owner asks for it."""
    assert chosen(project, other, here=True) == (Path(sys.executable), [])


def test_file_that_tells_nothing_is_opened_here(project: Project, tmp_path: Path) -> None:
    """And that is told, with the option that changes it."""
    (tmp_path / "line.pkl").write_bytes(b"\x04\x22\x4d\x18" + bytes(20))
    unread = origin_of(tmp_path / "line.pkl").unread

    python, told = chosen(project, tmp_path / "line.pkl")

    assert python == Path(sys.executable)
    assert told == [
        f"{tmp_path / 'line.pkl'} does not tell what made it ({unread}): it is opened with what the "
        "service's environment has, unless --with NAME==VERSION names something else."
    ]


@pytest.mark.parametrize(("version", "is_here"), [(sklearn.__version__, True), ("8.8.2", False)])
def test_file_that_tells_nothing_is_what_its_registry_says(
    project: Project, tmp_path: Path, version: str, is_here: bool
) -> None:
    """MLflow keeps the versions that a model was fitted with; libraries alone count, not all that it lists."""
    (tmp_path / "line.pkl").write_bytes(b"\x04\x22\x4d\x18" + bytes(20))
    told = {"scikit-learn": version, "mlflow": "0.0.2", "numpy": "0.0.2"}

    if is_here:
        assert chosen(project, tmp_path / "line.pkl", told=told) == (Path(sys.executable), [])
    else:
        with pytest.raises(Unresolved, match=r"^lz4 and scikit-learn==8.8.2 cannot be installed together"):
            chosen(project, tmp_path / "line.pkl", told=told)


def test_versions_are_those_of_the_lock_before_the_environment_is_made(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service's own interpreter has no training library."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (project.requirements / "export.txt").write_text(
        "scikit-learn==1.2.3 \\\n    --hash=sha256:00\nxgboost-cpu==3.0.0\n", "utf-8"
    )

    assert versions_here(project) == {"scikit-learn": "1.2.3", "xgboost": "3.0.0"}


@pytest.mark.parametrize(
    ("options", "exit_code", "sentence"),
    [
        (
            ["--with", "scikit-learn==8.8.2"],
            ExitCode.LACKING,
            "scikit-learn==8.8.2 cannot be installed: Because there is no version of scikit-learn==8.8.2 and ",
        ),
        (
            ["--here", "--with", "a==1"],
            ExitCode.WRONG_CALL,
            "--here stays in the service's own environment, and --with",
        ),
        (["--with", "==1"], ExitCode.WRONG_CALL, '--with "==1" names no package; expected NAME==VERSION'),
    ],
)
def test_what_cannot_be_resolved_is_named(
    project: Project, other: Path, sparely: Sparely, options: list[str], exit_code: ExitCode, sentence: str
) -> None:
    """In one sentence, with the options that change it."""
    command = ("add-model", other, "--area", "toys", "--name", "line", "--data", "rows.csv", *options)

    outcome = sparely(*command, service=project.root)

    assert outcome.exit_code == exit_code
    assert outcome.err.startswith(sentence)
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("version", ["1.2.2", "0.9.4", "1.2rc"])
def test_file_of_a_version_before_the_first_is_refused_before_anything_is_looked_for(
    project: Project, tmp_path: Path, sparely: Sparely, version: str
) -> None:
    """With the way that is left: no other version, and no other Python, would do."""
    file = tmp_path / "old.pkl"
    file.write_bytes(pickle.dumps(LINE, 0).replace(sklearn.__version__.encode(), version.encode()))

    outcome = sparely("add-model", file, "--area", "toys", "--name", "line", "--data", "rows.csv", service=project.root)

    assert (outcome.exit_code, outcome.out, outcome.err) == (
        ExitCode.NO,
        "",
        f"scikit-learn {version} is older than 1.3, the first beside which models are exported: export the model where "
        "it was fitted to .onnx, and add that file.\n",
    )


def test_first_version_is_the_one_that_the_export_asks_for() -> None:
    """The toolkit does not import it, and its environment may not be there."""
    first = ".".join(map(str, OLDEST))

    needs = importlib.metadata.requires("sparely-export") or []

    assert f"scikit-learn>={first}" in needs


def test_registry_that_does_not_answer_is_no_fault_of_the_versions(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other versions would not be found there, either."""
    monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")

    with pytest.raises(Unreachable) as caught:
        fitted_python(project, ["scikit-learn==1.5.2"], lambda step: None)

    assert re.fullmatch(
        r"scikit-learn==1\.5\.2 cannot be looked for: Failed to fetch: \S+ \(Connection refused[^)]*\)\)\. Mend the "
        r"connection, or say by UV_INDEX_URL where packages are, and run this again; --here stays in the service's own "
        r"environment\.",
        str(caught.value),
    )


def test_version_that_a_file_does_not_tell_is_asked_for(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """With the option that tells it."""
    content = pickle.dumps([LINE]).replace(sklearn.__version__.encode(), b"8.8.1")
    (tmp_path / "model.pkl").write_bytes(content[:-1] + b"clightgbm.sklearn\nLGBMClassifier\n0.")
    command = ("add-model", tmp_path / "model.pkl", "--area", "toys", "--name", "line", "--data", "rows.csv")

    outcome = sparely(*command, service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.WRONG_CALL,
        f"{tmp_path / 'model.pkl'} was made with scikit-learn 8.8.1 and lightgbm, and does not tell which version of "
        "lightgbm: add --with lightgbm==VERSION, or --here to open it with what the service's environment has.\n",
    )


def test_python_that_is_not_here_is_named_with_the_command_that_brings_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No interpreter is downloaded by itself."""
    if sys.version_info < (3, 13):
        pytest.skip("this Python has a scikit-learn 1.3 itself")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PYENV_ROOT", str(project.root))

    with pytest.raises(NoPython) as caught:
        fitted_python(project, ["scikit-learn==1.3.2"], lambda step: None)

    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert str(caught.value).startswith(
        f"scikit-learn==1.3.2 can be installed for Python 3.12, and this machine has {this}: install it by `"
    )
    assert str(caught.value).endswith("uv python install 3.12`, and run this again.")


def test_what_does_not_load_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the export loads is loaded once before an environment counts as made."""
    (tmp_path / "pandas.py").write_text("raise ValueError('built for another NumPy')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}")

    with pytest.raises(Unusable, match=r"built for another NumPy"):
        check_imports(Path(sys.executable), ["pandas==1.5.3"])


@pytest.mark.soak  # the test above has the sample
def test_versions_that_do_not_load_together_are_refused(project: Project) -> None:
    """Once they are installed: this pandas was built for NumPy 1, and does not say so."""
    wanted = ["scikit-learn==1.5.2", "pandas==1.5.3"]

    with pytest.raises((Unusable, NoPython)) as caught:
        fitted_python(project, wanted, lambda step: None)

    if isinstance(caught.value, NoPython):
        pytest.skip(str(caught.value))
    assert str(caught.value).startswith(
        f"{' and '.join(wanted)} can be installed, and cannot be loaded with what comes"
    )
