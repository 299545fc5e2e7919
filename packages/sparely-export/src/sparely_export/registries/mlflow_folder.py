"""A folder that MLflow has logged a model in: its MLmodel file says which flavours, what it takes and what made it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_export.refusals import Refusal, install_hint
from sparely_export.signature import Column

MLMODEL, REQUIREMENTS, PYTHON = "MLmodel", "requirements.txt", "python_env.yaml"
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([\w.!+-]+)", re.MULTILINE)
ENCODED_JSON = (b'{"', b"{ ", b"{\n", b"{\r")


class NotExported(Refusal):
    """The model is of no flavour that has an ONNX form."""


@dataclass(frozen=True, slots=True)
class Logged:
    """The file of a fitted model in the folder, its signature's columns, and the versions that it was made with."""

    file: Path
    columns: tuple[Column, ...]
    versions: Mapping[str, str]


def read(address: str, folder: Path) -> Logged:
    """
    Read what was logged.

    Raises:
        NotExported: there is no MLmodel, it names no flavour that is known here, or a file that is not there.
        MissingPackage: PyYAML is not installed.
    """
    description = folder / MLMODEL
    if not description.is_file():
        raise NotExported(
            f"{address} holds no {MLMODEL} file, which MLflow writes for a model; it holds "
            f"{', '.join(sorted(each.name for each in folder.iterdir())[:9]) or 'nothing'}. Name the model's folder, "
            "or one file of a model in it."
        )
    document = _yaml(address, description)
    flavours = document.get("flavors") or {}
    flavour = next((name for name in FLAVOURS if name in flavours), None)
    if flavour is None:
        raise NotExported(_unknown(address, list(flavours)))
    file = _file(address, folder, flavour, flavours[flavour])
    return Logged(file, _columns(address, document.get("signature") or {}), _versions(address, folder))


def _file(address: str, folder: Path, flavour: str, entry: Mapping[str, Any]) -> Path:
    """The model's own file, under a name by which it is opened."""
    member, settle = FLAVOURS[flavour]
    named = str(entry.get(member))
    file = (folder / named).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise NotExported(f"{address}: its {MLMODEL} names {named} as the model, which is not among its files.")
    return settle(address, file, entry)


def _as_it_is(address: str, file: Path, entry: Mapping[str, Any]) -> Path:
    return file


def _xgboost(address: str, file: Path, entry: Mapping[str, Any]) -> Path:
    """MLflow's .xgb is what XGBoost's own version took for a name it does not know: UBJSON, since 2.1."""
    if file.suffix in (".ubj", ".json"):
        return file
    with file.open("rb") as content:
        beginning = content.read(2)
    if not beginning.startswith(b"{"):
        raise NotExported(
            f"{address} holds XGBoost's old binary format, which newer versions do not read: load it where it was "
            'logged, and log it by mlflow.xgboost.log_model(model, model_format="ubj").'
        )
    return file.rename(file.with_suffix(".json" if beginning in ENCODED_JSON else ".ubj"))


def _lightgbm(address: str, file: Path, entry: Mapping[str, Any]) -> Path:
    return file.rename(file.with_suffix(".txt")) if file.suffix == ".lgb" else file


def _catboost(address: str, file: Path, entry: Mapping[str, Any]) -> Path:
    form = entry.get("save_format", "cbm")
    if form != "cbm":
        raise NotExported(
            f'{address} was logged with format="{form}"; log it by mlflow.catboost.log_model(model, format="cbm").'
        )
    return file.rename(file.with_suffix(".cbm"))


def _onnx(address: str, file: Path, entry: Mapping[str, Any]) -> Path:
    """MLflow puts large tensors into a file beside the model; what is served has them in it."""
    import onnx

    if any(
        each.data_location == onnx.TensorProto.EXTERNAL
        for each in onnx.load(file, load_external_data=False).graph.initializer
    ):
        onnx.save(onnx.load(file), file)
    return file


def _columns(address: str, signature: Mapping[str, Any]) -> tuple[Column, ...]:
    """The signature's inputs, if they are columns with names; a tensor's shape says no more than the estimator."""
    try:
        entries = json.loads(signature.get("inputs") or "[]")
        if not all("name" in entry and entry["type"] != "tensor" for entry in entries):
            return ()
        return tuple(Column(str(entry["name"]), str(entry["type"]), _is_required(entry)) for entry in entries)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotExported(f"{address}: the signature in its {MLMODEL} cannot be read ({_short(error)}).") from error


def _is_required(entry: Mapping[str, Any]) -> bool:
    """MLflow before 2.9 said `optional` of those that are not."""
    return bool(entry.get("required", not entry.get("optional", False)))


def _versions(address: str, folder: Path) -> dict[str, str]:
    """What requirements.txt pins, and the Python of python_env.yaml; older folders have both in conda.yaml alone."""
    pins = "".join(_text(folder / name) for name in ("conda.yaml", REQUIREMENTS)).replace("- ", "\n")
    versions = {name.lower().replace("_", "-"): version for name, version in PINNED.findall(pins)}
    python = re.search(r"^\s*-?\s*python\s*[:=]+\s*['\"]?(\d+\.\d+[\w.]*)", _text(folder / PYTHON), re.MULTILINE)
    python = python or re.search(r"^\s*-\s*python=+(\d+\.\d+[\w.]*)", _text(folder / "conda.yaml"), re.MULTILINE)
    return {**versions, **({"python": python[1]} if python else {})}


def _text(file: Path) -> str:
    return file.read_text("utf-8") + "\n" if file.is_file() else ""


def _yaml(address: str, file: Path) -> dict[str, Any]:
    with install_hint("pyyaml", f"reading the {MLMODEL} file of {address}"):
        import yaml
    try:
        document = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise NotExported(f"{address}: its {MLMODEL} file cannot be read ({_short(error)}).") from error
    if not isinstance(document, dict):
        raise NotExported(f"{address}: its {MLMODEL} file describes no model.")
    return document


def _unknown(address: str, flavours: list[str]) -> str:
    known = ", ".join(FLAVOURS)
    if flavours in ([], ["python_function"]):
        return (
            f"{address} is a python_function only, and ONNX holds no Python; exported are the flavours {known}. Log "
            "the fitted estimator itself, by mlflow.sklearn.log_model, and put the code around it into steps.py."
        )
    own = " and ".join(name for name in flavours if name != "python_function")
    return (
        f"{address} is of the flavour {own}; exported are {known}. Convert it to ONNX where it was fitted, and log "
        "that by mlflow.onnx.log_model."
    )


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


Settle = Callable[[str, Path, Mapping[str, Any]], Path]
FLAVOURS: dict[str, tuple[str, Settle]] = {
    "sklearn": ("pickled_model", _as_it_is),
    "xgboost": ("data", _xgboost),
    "lightgbm": ("data", _lightgbm),
    "catboost": ("data", _catboost),
    "onnx": ("data", _onnx),
}
"""By flavour, the member of its entry that names the model's file, and what settles how that is opened."""
