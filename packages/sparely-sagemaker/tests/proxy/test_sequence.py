"""The story's sequential way: one call for each model, joined."""

import json

import pytest

from sparely.manifest import Manifest
from sparely_sagemaker.proxy.catalogue import read_catalogue
from sparely_sagemaker.proxy.endpoint import Answered
from sparely_sagemaker.proxy.sequence import ask_each
from support.services import MODELS


@pytest.fixture
def manifests() -> tuple[Manifest, ...]:
    return read_catalogue(str(MODELS)).areas["clinic"].manifests


def test_each_model_gets_its_own_features_and_all_are_joined(manifests: tuple[Manifest, ...]) -> None:
    """Another model's features would be refused as unknown."""
    row = {feature.name: 1 for manifest in manifests for feature in manifest.features}
    seen: dict[str, set[str]] = {}

    def ask(manifest: Manifest, body: bytes) -> Answered:
        seen[manifest.name] = set(json.loads(body)["instances"][0])
        return Answered(200, "", json.dumps({"predictions": {manifest.name: [1]}, "versions": {manifest.name: "v"}}))

    answer = json.loads(ask_each(json.dumps({"instances": [row]}).encode(), manifests, ask).body)

    assert seen == {manifest.name: {feature.name for feature in manifest.features} for manifest in manifests}
    assert answer == {"predictions": {name: [1] for name in seen}, "versions": dict.fromkeys(seen, "v")}


def test_the_first_fault_is_the_answer(manifests: tuple[Manifest, ...]) -> None:
    """No second model is asked after it."""
    calls = []

    def ask(manifest: Manifest, body: bytes) -> Answered:
        calls.append(manifest.name)
        return Answered(422, "application/problem+json", "{}")

    answer = ask_each(b'{"instances": [{}]}', manifests, ask)

    assert (answer.status, calls) == (422, [manifests[0].name])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"instances": {}}', b'{"instances": [1]}', b"\xff"])
def test_what_cannot_be_split_goes_on_as_it_is(manifests: tuple[Manifest, ...], body: bytes) -> None:
    """The container says what is wrong with it."""
    answer = ask_each(body, manifests, lambda manifest, sent: Answered(400, "", repr(sent)))

    assert answer.body == repr(body)
