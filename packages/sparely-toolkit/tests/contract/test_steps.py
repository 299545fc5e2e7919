"""The contract of a model with steps: callers' rows and presented predictions at /predict, the bare model at /v2."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sparely.bundle import read_bundles
from sparely.handler.registry import load_models
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.document import document
from sparely_toolkit.contract.sample_events import event, kind_of, samples
from support.sample_service import SERVICE
from support.stepped import put_stepped

Document = dict[str, Any]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The service has the model with steps alone."""
    root = tmp_path_factory.mktemp("stepped") / "models"
    put_stepped(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SERVICE, "registry", load_models(str(root)))
        yield root


@pytest.fixture(scope="module")
def contract(models: Path) -> Document:
    return document(ServiceDescription(read_bundles(models)))


def check(contract: Document, schema: Document, value: Any) -> None:
    """The value fits a schema that may refer to the contract's components."""
    jsonschema.Draft202012Validator({**schema, "components": contract["components"]}).validate(value)


def ask(method: str, path: str, context: Any, document: Any = None) -> Any:
    answer = SERVICE(event(method, path, json.dumps(document) if document else b""), context)
    assert answer["statusCode"] == 200, answer["body"]
    return json.loads(answer["body"])


def test_callers_rows_are_described(contract: Document) -> None:
    """Not those that `prepare` makes of them."""
    assert list(contract["components"]["schemas"]["SteppedInstance"]["properties"]) == ["size", "count"]


def test_what_is_refused_of_prepared_rows_is_described(tmp_path: Path) -> None:
    """In words, for no schema of callers' rows can say it."""
    folder = put_stepped(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["prepared"][1]["accepts"] = {"minimum": 0}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    written = document(ServiceDescription(read_bundles(tmp_path)))

    assert written["components"]["schemas"]["SteppedInstance"]["description"] == (
        "What toys/stepped takes. "
        "A row is refused (422) whose b, as toys/stepped prepares it, is not a number of m from 0 on."
    )


def test_what_present_adds_is_described_by_the_golden_rows(contract: Document) -> None:
    """With its types; a member that all rows have is required."""
    assert contract["components"]["schemas"]["SteppedPrediction"] == {
        "type": "object",
        "properties": {
            "value": {"type": "number"},
            "rule": {"type": "object", "properties": {"capped": {"type": "boolean"}}, "required": ["capped"]},
        },
        "required": ["value", "rule"],
        "description": "",
    }


@pytest.mark.parametrize("path", ["/predict/toys/stepped", "/predict/toys", "/v2/models/stepped/infer"])
def test_an_example_is_answered_as_documented(contract: Document, context: Any, path: str) -> None:
    """It fits its schema, and the answer fits the answer's."""
    operation = contract["paths"][path]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    example = content["examples"]["golden"]["value"]
    check(contract, content["schema"], example)

    answer = ask("POST", path, context, example)

    check(contract, operation["responses"]["200"]["content"]["application/json"]["schema"], answer)


@pytest.mark.parametrize("path", ["/models", "/v2/models/stepped"])
def test_what_is_said_of_the_model_is_as_documented(contract: Document, context: Any, path: str) -> None:
    """The catalogue with its steps, the metadata with the sentence that /v2 is without them."""
    schema = contract["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    check(contract, schema, ask("GET", path, context))


def test_every_sample_is_answered_as_its_name_says(models: Path, context: Any) -> None:
    """Also the faults, which are made of the callers' rows."""
    for name, how in samples(models):
        answer = SERVICE(event(**how), context)
        kind = kind_of(name)
        assert (answer["statusCode"] == 200) is (kind is None), (name, answer["body"])
        assert kind is None or json.loads(answer["body"])["type"] == f"urn:problem-type:{kind}", name
