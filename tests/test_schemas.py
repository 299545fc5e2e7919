"""The JSON Schemas of models' files say what the readers take."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sparely.archive import FORMAT, INDEX
from sparely.bundle import INDEX as MODELS_INDEX
from sparely.bundle import ModelLoadError
from sparely.golden import parse_golden
from sparely.index import FEW, read_index, write_index
from sparely.index import FORMAT as INDEX_FORMAT
from sparely.kinds import KINDS
from sparely.manifest import DATATYPES, FEATURE_TYPES, parse_manifest
from sparely.manifest import FORMAT as MANIFEST_FORMAT
from tests.support.services import MODELS, REPOSITORY

SCHEMAS = REPOSITORY / "docs" / "schemas"
FILES = sorted(MODELS.glob("*/*/*.json"))


def schema(name: str) -> Any:
    """One of them, itself valid."""
    document = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(document)
    return document


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_files_of_samples_are_valid(file: Path) -> None:
    """As an export wrote them."""
    assert [*Draft202012Validator(schema(file.stem)).iter_errors(json.loads(file.read_text("utf-8")))] == []


def test_schema_and_reader_know_the_same_words() -> None:
    """Kinds, types, datatypes and the format's number."""
    manifest = schema("manifest")
    feature = manifest["$defs"]["feature"]["properties"]

    assert manifest["properties"]["format"]["const"] == MANIFEST_FORMAT
    assert manifest["properties"]["kind"]["enum"] == [*KINDS]
    assert feature["type"]["enum"] == [*FEATURE_TYPES]
    assert manifest["properties"]["inputs"]["items"]["properties"]["datatype"]["enum"] == [*DATATYPES]
    assert schema("bundle")["properties"]["format"]["const"] == FORMAT
    assert INDEX == "bundle.json"


def required(document: dict[str, Any]) -> list[str]:
    """What a manifest must have, by its schema."""
    return list(document["required"])


@pytest.mark.parametrize("member", required(schema("manifest")))
def test_reader_needs_what_the_schema_requires(member: str) -> None:
    """A manifest without it is refused by both."""
    document = json.loads(FILES[-1].read_text("utf-8"))
    document.pop(member)

    with pytest.raises(ValueError, match=f'"{member}" is missing'):
        parse_manifest(json.dumps(document))
    assert not Draft202012Validator(schema("manifest")).is_valid(document)


def add(**members: Any) -> Callable[[dict[str, Any]], None]:
    """Put members into a document."""
    return lambda document: document.update(members)


def change_feature(**members: Any) -> Callable[[dict[str, Any]], None]:
    """Put members into its first feature."""
    return lambda document: document["features"][0].update(members)


@pytest.mark.parametrize(
    "change",
    [
        add(format=2),
        add(kind="oracle"),
        add(name=7),
        add(features=[]),
        change_feature(type="date"),
        change_feature(null="maybe"),
        change_feature(null={"token": 7}),
        change_feature(minimum="low"),
        change_feature(required="yes"),
        change_feature(accepts={"values": [[1]]}),
    ],
)
def test_what_the_schema_refuses_the_reader_does_too(change: Callable[[dict[str, Any]], None]) -> None:
    """One kind of fault each."""
    document = json.loads(FILES[-1].read_text("utf-8"))
    change(document)

    assert not Draft202012Validator(schema("manifest")).is_valid(document)
    with pytest.raises(ValueError, match=r"."):
        parse_manifest(json.dumps(document))


@pytest.mark.parametrize(
    "document", [{}, {"instances": [1], "predictions": [{}]}, {"instances": {}, "predictions": []}]
)
def test_golden_rows_that_the_schema_refuses_the_reader_does_too(document: dict[str, Any]) -> None:
    """Rows are lists of objects."""
    assert not Draft202012Validator(schema("golden")).is_valid(document)
    with pytest.raises(ValueError, match="is not a list of objects"):
        parse_golden(json.dumps(document))


def index_of_many(folder: Path) -> Any:
    """What the build writes of one sample more often than it opens models at init."""
    for number in range(FEW + 1):
        model = folder / "many" / f"model-{number}"
        shutil.copytree(FILES[-1].parent, model)
        manifest = {**json.loads((model / "manifest.json").read_text("utf-8")), "area": "many", "name": model.name}
        (model / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    write_index(str(folder))
    return json.loads((folder / MODELS_INDEX).read_text("utf-8"))


def test_index_of_many_models_is_valid(tmp_path: Path) -> None:
    """As a build wrote it."""
    assert [*Draft202012Validator(schema("index")).iter_errors(index_of_many(tmp_path))] == []
    assert schema("index")["properties"]["format"]["const"] == INDEX_FORMAT


@pytest.mark.parametrize("member", ["version", "manifest", "size_bytes"])
def test_index_without_a_member_is_refused_by_both(member: str, tmp_path: Path) -> None:
    """Neither schema nor reader does without one."""
    document = index_of_many(tmp_path)
    document["areas"]["many"]["models"]["model-0"].pop(member)
    (tmp_path / MODELS_INDEX).write_text(json.dumps(document), "utf-8")

    assert not Draft202012Validator(schema("index")).is_valid(document)
    with pytest.raises(ModelLoadError, match="does not have an index's shape"):
        read_index(str(tmp_path))
