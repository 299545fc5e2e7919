"""What made a pickle, read from the file; nothing in it is run."""

import copyreg
import io
import json
import os
import pickle
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import catboost
import cloudpickle  # type: ignore[import-untyped]
import joblib
import lightgbm
import numpy as np
import pytest
import sklearn
import xgboost
from sklearn.preprocessing import OneHotEncoder

from sparely_toolkit.models.pickle_origin import Origin, origin_of, tells_origin
from tests.models.pickles import FOREST, HERE, LABELS, PIPELINE, ROWS

WORDS = OneHotEncoder().fit(np.array([["a", "b"], ["c", "d"]], dtype=object))


def zipped(name: str, content: bytes) -> bytes:
    """A zip file of one file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(name, content)
    return whole.getvalue()


Writer = Callable[[Any, Path], object]


def by_joblib(**options: Any) -> Writer:
    """joblib.dump with these options."""
    return lambda model, path: joblib.dump(model, path, **options)


def by_pickle(protocol: int) -> Writer:
    """pickle.dump of a protocol."""
    return lambda model, path: path.write_bytes(pickle.dumps(model, protocol))


WRITERS: dict[str, Writer] = {
    "joblib": by_joblib(),
    **{f"joblib {method}": by_joblib(compress=(method, 3)) for method in ("zlib", "gzip", "bz2", "lzma", "xz")},
    **{f"pickle {protocol}": by_pickle(protocol) for protocol in range(6)},
    "cloudpickle": lambda model, path: path.write_bytes(cloudpickle.dumps(model)),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("model", [FOREST, WORDS, PIPELINE], ids=["numbers", "words", "pipeline"])
def test_scikit_learn_is_told_by_every_file_of_it(tmp_path: Path, model: Any, writer: str) -> None:
    """Also behind the arrays that joblib writes between the opcodes, of numbers, of records and of objects."""
    WRITERS[writer](model, tmp_path / "model.pkl")

    assert origin_of(tmp_path / "model.pkl") == Origin(HERE)


@pytest.mark.parametrize("write", [by_joblib(), by_pickle(5), by_pickle(2)], ids=["joblib", "pickle 5", "pickle 2"])
@pytest.mark.parametrize(
    ("model", "module"),
    [
        (xgboost.XGBClassifier(n_estimators=2).fit(ROWS, LABELS), xgboost),
        (catboost.CatBoostClassifier(2, verbose=0, allow_writing_files=False).fit(ROWS, LABELS), catboost),
    ],
    ids=["xgboost", "catboost"],
)
def test_booster_tells_its_version(tmp_path: Path, model: Any, module: Any, write: Writer) -> None:
    """It stands in the booster's own bytes."""
    write(model, tmp_path / "model.joblib")

    assert origin_of(tmp_path / "model.joblib").versions[module.__name__] == module.__version__


def test_what_a_file_does_not_tell_is_named(tmp_path: Path) -> None:
    """LightGBM writes no version of its own."""
    joblib.dump(lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(ROWS, LABELS), tmp_path / "model.joblib")

    assert origin_of(tmp_path / "model.joblib").untold == ("lightgbm",)


def test_cloudpickle_is_needed_where_it_pickled_code(tmp_path: Path) -> None:
    """A function that travels by value is rebuilt by it."""
    (tmp_path / "model.pkl").write_bytes(cloudpickle.dumps(lambda row: row))

    assert origin_of(tmp_path / "model.pkl").helpers == ("cloudpickle",)


@pytest.mark.parametrize("version", ["1.5.dev0", "1.6.0rc1", "1.4.2+local", "1.7.2.post1"])
def test_versions_of_no_release_are_told_as_they_are(tmp_path: Path, version: str) -> None:
    """A build of one's own, or from before a release; whether it can be installed is another question."""
    content = pickle.dumps(FOREST, 0).replace(f"V{sklearn.__version__}\n".encode(), f"V{version}\n".encode())
    (tmp_path / "model.pkl").write_bytes(content)

    assert origin_of(tmp_path / "model.pkl").versions == {"scikit-learn": version}


def skops(folder: Path, version: str, **schema: Any) -> Path:
    """A file as skops writes it, of a pipeline of one step."""
    told = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": json.dumps(version)}
    step = {"__class__": "LGBMClassifier", "__module__": "lightgbm.sklearn", "content": {"content": {}}}
    state = {"content": {"steps": {"content": [{"content": [step]}]}, "_sklearn_version": told}}
    whole = {"__class__": "Pipeline", "__module__": "sklearn.pipeline", "content": state, **schema}
    with zipfile.ZipFile(folder / "model.skops", "w") as archive:
        archive.writestr("schema.json", json.dumps(whole))
    return folder / "model.skops"


def test_file_of_skops_tells_its_versions(tmp_path: Path) -> None:
    """That of scikit-learn stands in each estimator, that of skops in the whole."""
    file = skops(tmp_path, "1.5.2", protocol=2, _skops_version="0.10.0")

    assert origin_of(file) == Origin({"scikit-learn": "1.5.2"}, ("lightgbm",), ("skops==0.10.0",))


@pytest.mark.parametrize("version", ["1.5.2 --index-url x", "", "\n"])
def test_what_is_no_version_in_a_file_of_skops_is_none(tmp_path: Path, version: str) -> None:
    """Nothing of a stranger's reaches the installer."""
    file = skops(tmp_path, version, _skops_version=[version])

    assert origin_of(file) == Origin({}, ("scikit-learn", "lightgbm"), ("skops",))


@pytest.mark.parametrize("content", [b"", b"PK", zipped("other.json", b"{}"), zipped("schema.json", b"[" * 99_999)])
def test_file_that_is_none_of_skops_is_said_to_be_unread(tmp_path: Path, content: bytes) -> None:
    """In a few words, and without an exception."""
    (tmp_path / "model.skops").write_bytes(content)

    origin = origin_of(tmp_path / "model.skops")

    assert (origin.versions, origin.helpers) == ({}, ("skops",))
    assert origin.unread


class Evil:
    """Runs a command when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def evil(mark: Path) -> dict[str, bytes]:
    """Pickles that make a folder, each by another opcode."""
    name = str(mark).encode()
    return {
        "REDUCE": pickle.dumps(Evil(mark)),
        "REDUCE, protocol 0": pickle.dumps(Evil(mark), 0),
        "in a list": pickle.dumps([FOREST, Evil(mark)]),
        "INST": b"(S'" + name + b"'\nios\nmkdir\n.",
        "OBJ": b"(cos\nmkdir\nS'" + name + b"'\no.",
        "NEWOBJ": b"\x80\x02cos\nmkdir\nU" + bytes([len(name)]) + name + b"\x85\x81.",
        "BUILD": b"\x80\x02cos\npath\n}U\x01aU\x01bsb.",
        "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x05mkdir\x93\x8c" + bytes([len(name)]) + name + b"\x85R.",
        "a dotted name": b"\x80\x04\x8c\x02os\x8c\x0apath.chdir\x93\x8c" + bytes([len(name)]) + name + b"\x85R.",
    }


@pytest.mark.parametrize("kind", evil(Path("x")))
def test_nothing_in_a_file_is_run(tmp_path: Path, kind: str) -> None:
    """Neither while it is read nor afterwards."""
    mark, file = tmp_path / "run", tmp_path / "model.pkl"
    file.write_bytes(evil(mark)[kind])

    origin_of(file)

    assert not mark.exists()


def test_these_files_would_run_it(tmp_path: Path) -> None:
    """If they were opened: what is tested above is dangerous."""
    pickle.loads(evil(tmp_path / "run")["INST"])

    assert (tmp_path / "run").is_dir()


def test_no_module_is_imported(tmp_path: Path) -> None:
    """An import runs a module's code."""
    (tmp_path / "model.pkl").write_bytes(b"cthis_module_is_nowhere\nthing\n)R.")
    (tmp_path / "other.pkl").write_bytes(b"cantigravity\nthing\n)R.")

    assert origin_of(tmp_path / "model.pkl") == origin_of(tmp_path / "other.pkl") == Origin({})
    assert "antigravity" not in sys.modules


def test_extension_registry_is_not_asked(tmp_path: Path) -> None:
    """A code in the file stands for a class that is registered in a process."""
    copyreg.add_extension("antigravity", "thing", 240)
    try:
        (tmp_path / "model.pkl").write_bytes(b"\x80\x02\x82\xf0)R.")
        assert origin_of(tmp_path / "model.pkl").unread == ""
    finally:
        copyreg.remove_extension("antigravity", "thing", 240)
    assert "antigravity" not in sys.modules


def test_file_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    """Whoever opens it says so."""
    assert origin_of(tmp_path / "nothing.pkl").versions == {}


@pytest.mark.parametrize(("name", "expected"), [("a.PKL", True), ("a.skops", True), ("a.onnx", False), ("a", False)])
def test_files_that_tell_are_known_by_their_names(name: str, expected: bool) -> None:
    """As the export knows them."""
    assert tells_origin(name) is expected
