"""The official Triton client, with binary data off, works against the service as it is."""

import asyncio
from typing import Any

import pytest

pytest.importorskip("tritonclient.http")

from support.api import Api
from support.services import MODELS
from support.triton import (
    client,  # noqa: F401
    complete_rows,
    inputs_of,
    manifest_of,
    np,
    test_all_outputs_come_when_none_is_named,  # noqa: F401
    test_golden_rows_get_the_estimators_answers,  # noqa: F401
    test_metadata_is_the_manifests,  # noqa: F401
    test_server_and_models_are_live_and_ready,  # noqa: F401
    tritonclient,
)

InferenceServerException = pytest.importorskip("tritonclient.utils").InferenceServerException

pytestmark = pytest.mark.slow


def refusal(act: Any) -> tuple[str, str]:
    """Status and sentence of the client's own exception."""
    with pytest.raises(InferenceServerException) as caught:
        act()
    fault: Any = caught.value
    return fault.status(), fault.message()


def test_the_asynchronous_client_works_too(api: Api) -> None:
    """It sends JSON as an octet stream."""
    aio = pytest.importorskip("tritonclient.http.aio")
    path = MODELS / "winery" / "cultivar" / "manifest.json"
    rows, predictions = complete_rows(path)

    async def labels() -> list[str]:
        async with aio.InferenceServerClient(api.url.removeprefix("http://")) as connected:
            answer = await connected.infer("cultivar", inputs_of(manifest_of(path), rows))
            return list(answer.as_numpy("label"))

    assert asyncio.run(labels()) == [each["label"] for each in predictions]


def test_faults_come_through_as_the_clients_own_exception(client: Any) -> None:  # noqa: F811
    """Status and sentence of an unknown model, a wrong shape, a binary output and a binary input."""
    rows, _ = complete_rows(MODELS / "winery" / "cultivar" / "manifest.json")
    (given,) = inputs_of(manifest_of(MODELS / "winery" / "cultivar" / "manifest.json"), rows)
    wrong = tritonclient.InferInput("features", [1, 2], "FP32")
    wrong.set_data_from_numpy(np.array([[1, 2]], "float32"), binary_data=False)
    binary = tritonclient.InferInput("features", [1, 7], "FP32")
    binary.set_data_from_numpy(np.zeros((1, 7), "float32"))
    output = tritonclient.InferRequestedOutput("label", binary_data=True)

    assert refusal(lambda: client.infer("nothing", [given])) == (
        "404",
        'No model "nothing". Available: alcohol, cultivar, high-risk, progression.',
    )
    assert refusal(lambda: client.infer("cultivar", [wrong])) == (
        "422",
        'inputs["features"].shape is [1, 2]; expected [rows, 7].',
    )
    assert refusal(lambda: client.infer("cultivar", [given], outputs=[output]))[1].startswith(
        "outputs[0].parameters.binary_data is true; the binary tensor extension is not supported"
    )
    assert refusal(lambda: client.infer("cultivar", [binary])) == (
        "415",
        "The binary tensor extension is not supported; send tensors as JSON (tritonclient: binary_data=False).",
    )
    assert refusal(lambda: client.infer("cultivar", [given], request_compression_algorithm="gzip"))[0] == "415"
