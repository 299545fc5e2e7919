"""Golden rows as tensors, and tensors back as predictions, for every kind of model."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sparely.bundle import Bundle, read_bundles
from sparely.check.inference import Untranslatable, from_infer_response, input_tensors, to_infer_request
from sparely.check.settings import Settings
from sparely.check.verdict import check_new_version
from sparely.kinds import KINDS
from sparely.manifest import Input
from sparely_toolkit.contract import sample_events
from support.kinds import CONSTANTS, served
from tests.check.conftest import LIVE, NEW, FakeLambda, changed

Models = dict[str, Bundle]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    """The service has a model of every kind."""
    root = tmp_path_factory.mktemp("kinds") / "models"
    with served(root):
        yield {model.name: model for model in read_bundles(root)}


def test_every_kind_has_a_model_here() -> None:
    """A kind that the service serves and the check cannot read would stop every deployment."""
    assert {constant.kind for constant in CONSTANTS.values()} == KINDS.keys()


@pytest.mark.parametrize("name", CONSTANTS)
@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_a_right_model_of_any_kind_passes(
    aws: FakeLambda, settings: Settings, kinds: Models, name: str, payload: str
) -> None:
    """In both dialects, with booleans among its numbers."""
    verdict = check_new_version(replace(settings, payload=payload), [kinds[name]], aws.target(NEW), aws.target(LIVE))

    assert verdict.findings == ()


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_wrong_model_of_any_kind_is_found(aws: FakeLambda, settings: Settings, kinds: Models, name: str) -> None:
    """Other answers than the golden ones are told in both dialects."""
    model = kinds[name]
    wrong = changed(model, predictions=[_other(prediction) for prediction in model.predictions])

    told = check_new_version(settings, [wrong], aws.target(NEW), aws.target(LIVE)).findings

    assert any("POST /predict/" in finding for finding in told)
    assert any("POST /v2/" in finding for finding in told)


@pytest.mark.parametrize("name", [name for name, each in CONSTANTS.items() if len(each.outputs) > 1])
def test_outputs_of_unequal_length_are_no_answer(kinds: Models, name: str) -> None:
    """A tensor that lacks a value is told, not read as fewer rows."""
    model = kinds[name]
    whole = [{"name": role, "data": tensor.values} for role, tensor in CONSTANTS[name].outputs.items()]
    outputs = [*whole[:-1], {**whole[-1], "data": whole[-1]["data"][:-1]}]

    with pytest.raises(Untranslatable, match=r"^the tensors cannot be read: ValueError: "):
        from_infer_response(model, {"outputs": outputs})


@pytest.mark.parametrize(
    ("datatype", "expected"),
    [("FP32", [1.5, 0, None, 1]), ("INT64", [1.5, 0, None, 1]), ("BOOL", [1.5, False, None, True])],
)
def test_booleans_are_numbers_where_the_tensor_is_of_numbers(
    models: tuple[Bundle, ...], datatype: str, expected: list[Any]
) -> None:
    """1 and 0, and themselves where the datatype has a word for them; what is absent is null."""
    manifest = models[0].manifest._replace(inputs=(Input("features", datatype, ("size", "flag")),))

    (tensor,) = input_tensors(manifest, [{"size": 1.5, "flag": False}, {"flag": True}])

    assert tensor["shape"] == [2, 2]
    assert [(type(value), value) for value in tensor["data"]] == [(type(value), value) for value in expected]


def test_requests_are_those_of_the_samples(models: tuple[Bundle, ...], kinds: Models) -> None:
    """The checks send the tensors that events/ and openapi.yaml show callers."""
    for model in (*models, *kinds.values()):
        shown = sample_events.inference(model.manifest, model.instances)

        assert to_infer_request(model)["inputs"] == shown["inputs"]


def _other(value: Any) -> Any:
    """The same members with other values."""
    if isinstance(value, dict):
        return {name: _other(below) for name, below in value.items()}
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else [] if isinstance(value, list) else f"not {value}"
