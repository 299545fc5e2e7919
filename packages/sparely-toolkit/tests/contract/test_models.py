"""The contract of other models than those that come with the service: every kind, labels of every type, null."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from sparely.bundle import Bundle, read_bundles
from sparely.kinds import label_name
from sparely.manifest import parse_manifest
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.document import document
from sparely_toolkit.contract.predictions import prediction
from sparely_toolkit.contract.sample_events import event
from sparely_toolkit.contract.tensors import inference
from support.kinds import CONSTANTS, served
from support.sample_service import SERVICE
from support.toys import toy_manifest

Document = dict[str, Any]


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Document]:
    """The service has a model of every kind, with booleans among its numbers; this is its contract."""
    root = tmp_path_factory.mktemp("kinds") / "models"
    with served(root):
        yield document(ServiceDescription(read_bundles(root)))


def check(contract: Document, schema: Document, value: Any) -> None:
    """The value fits a schema that may refer to the contract's components."""
    jsonschema.Draft202012Validator({**schema, "components": contract["components"]}).validate(value)


@pytest.mark.parametrize("name", CONSTANTS)
@pytest.mark.parametrize("path", ["/predict/kinds/{}", "/v2/models/{}/infer"])
def test_a_models_example_is_answered_as_documented(contract: Document, path: str, name: str, context: Any) -> None:
    """The example fits its schema and is answered with what the answer's schema says."""
    operation = contract["paths"][path.format(name)]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    example = content["examples"]["golden"]["value"]
    check(contract, content["schema"], example)

    answer = SERVICE(event("POST", path.format(name), json.dumps(example)), context)

    assert answer["statusCode"] == 200
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    check(contract, schema, json.loads(answer["body"]))


def test_probabilities_lie_between_0_and_1(contract: Document) -> None:
    """As they are answered: rounding leaves none outside."""
    model = json.dumps({name: each for name, each in contract["components"]["schemas"].items() if "Classifier" in name})

    assert '{"type": "number", "minimum": 0, "maximum": 1}' in model


def test_the_catalogue_is_as_documented(contract: Document, context: Any) -> None:
    """With labels that are no strings."""
    answer = SERVICE(event("GET", "/models"), context)

    check(contract, contract["components"]["schemas"]["Catalogue"], json.loads(answer["body"]))


@pytest.mark.parametrize("member", ["id", "parameters", "outputs"])
def test_null_is_as_left_out_where_the_protocol_has_a_choice(contract: Document, member: str, context: Any) -> None:
    """Clients of some languages write every member; the contract and the service say the same of them."""
    path = f"/v2/models/{next(iter(CONSTANTS))}/infer"
    content = contract["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    body = {**content["examples"]["golden"]["value"], member: None}

    answer = SERVICE(event("POST", path, json.dumps(body)), context)

    check(contract, content["schema"], body)
    assert answer["statusCode"] == 200


def described(**changes: Any) -> Bundle:
    """A toy model, for what its manifest alone decides."""
    return Bundle(parse_manifest(json.dumps(toy_manifest("toys", "toy", b"", **changes))), (), (), (), ())


@pytest.mark.parametrize(
    ("labels", "types"),
    [
        (["a", "b"], "string"),
        ([0, 1, 5], "integer"),
        ([0.5, 1.5], "number"),
        ([False, True], "boolean"),
        (["a", 1], ["string", "integer"]),
    ],
)
def test_a_label_has_the_type_that_the_manifest_gives_it(labels: list[Any], types: Any) -> None:
    """And probabilities stand under its text, as members of objects do."""
    outputs = {"label": "label", "probabilities": "probabilities"}
    found = prediction(described(kind="classifier", outputs=outputs, labels=labels))["properties"]

    assert found["label"] == {"type": types, "enum": labels}
    assert list(found["probabilities"]["properties"]) == [label_name(label) for label in labels]


def test_labels_that_nobody_named_are_of_any_type() -> None:
    """A manifest may leave them out."""
    found = prediction(described(kind="classifier", outputs={"label": "label"}))["properties"]

    assert found == {"label": {"type": ["string", "number", "boolean"]}}


def data_of(**changes: Any) -> Document:
    """The schema of the data of a toy model's one tensor, with one of its two features changed."""
    first, second = toy_manifest("toys", "toy", b"")["features"]
    schema = inference(described(features=[first, {**second, **changes}]), 1_000)
    data: Document = schema["properties"]["inputs"]["items"]["properties"]["data"]
    return data


@pytest.mark.parametrize(("null", "allowed"), [("refused", False), ("nan", True)])
def test_a_tensor_takes_null_where_a_feature_of_it_does(null: str, allowed: bool) -> None:
    """And nowhere else, flat or nested."""
    data = data_of(null=null)

    for value in ([1.5, None], [[1.5, None]]):
        assert jsonschema.Draft202012Validator(data).is_valid(value) is allowed
    assert ("null where the feature takes it" in data["description"]) is allowed


def test_booleans_among_numbers_are_documented_as_numbers() -> None:
    """The service refuses true and false there."""
    data = data_of(type="boolean")

    assert "true and false as 1 and 0" in data["description"]
    assert jsonschema.Draft202012Validator(data).is_valid([1.5, 1])
    assert not jsonschema.Draft202012Validator(data).is_valid([1.5, True])


@pytest.mark.parametrize(
    ("datatype", "type_", "takes", "refuses"),
    [
        ("FP64", "number", [3e38, 0.5], [1.0, 1e39]),
        ("FP64", "boolean", [3e38, 1], [1.5, 1e39]),
        ("INT64", "integer", [1, 2**53], [1, 2**53 + 1]),
    ],
)
def test_a_tensor_is_documented_with_the_bounds_of_its_features(
    datatype: str, type_: str, takes: list[Any], refuses: list[Any]
) -> None:
    """Those of a record, whatever the datatype could hold beyond them."""
    first, second = toy_manifest("toys", "toy", b"")["features"]
    inputs = [{"name": "features", "datatype": datatype, "features": ["a", "b"]}]
    model = described(features=[first, {**second, "type": type_}], inputs=inputs)
    data = inference(model, 1_000)["properties"]["inputs"]["items"]["properties"]["data"]

    assert jsonschema.Draft202012Validator(data).is_valid(takes)
    assert not jsonschema.Draft202012Validator(data).is_valid(refuses)
