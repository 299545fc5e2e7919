"""SageMaker's contract for one archive: ping, invocations, the start and the stop."""

import json
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.services import MODELS


@pytest.fixture
def server(start: Callable[..., Any], unpacked: dict[str, Path]) -> Any:
    return start(MODEL_FOLDER=str(unpacked["service"]))


def golden(model: str) -> dict[str, Any]:
    return dict(json.loads((MODELS / model / "golden.json").read_text("utf-8")))


def test_a_ping_is_an_empty_200(server: Any) -> None:
    """All that SageMaker looks at."""
    reply = server.call("GET", "/ping")

    assert (reply.status, reply.text) == (200, "")


def test_a_routed_request_is_answered_as_the_service_does(server: Any) -> None:
    """Route and parameters are in the attributes; the versions come back in them."""
    rows = golden("clinic/high-risk")
    line = "route=POST+%2Fpredict%2F%7Barea%7D%2F%7Bmodel%7D&parameter.area=clinic&parameter.model=high-risk"

    reply = server.call(
        "POST", "/invocations", {"instances": rows["instances"]}, x_amzn_sagemaker_custom_attributes=line
    )

    assert reply.status == 200
    assert [row["label"] for row in reply.document["predictions"]["high-risk"]] == [
        row["label"] for row in rows["predictions"]
    ]
    assert reply.headers["x-amzn-sagemaker-custom-attributes"].startswith("high-risk=")


def test_a_plain_client_gets_the_predictions_of_one_area(start: Callable[..., Any], unpacked: dict[str, Path]) -> None:
    """Without attributes, as `aws sagemaker-runtime invoke-endpoint` asks."""
    server = start(MODEL_FOLDER=str(unpacked["winery/alcohol"]))

    reply = server.call("POST", "/invocations", {"instances": golden("winery/alcohol")["instances"]})

    assert set(reply.document["predictions"]) == {"alcohol"}


def test_the_multi_model_api_is_not_there(server: Any) -> None:
    """What is served does not change."""
    assert server.call("POST", "/models", {"model_name": "a", "url": "/"}).status == 404


def test_a_container_without_models_does_not_start_and_names_the_folder(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    """SageMaker then keeps the old fleet; the log says why."""
    server = start(wait=False, MODEL_FOLDER=str(tmp_path / "nothing"))

    assert server.process.wait(timeout=30) != 0
    assert "nothing" in server.log.read_text()


def test_requests_in_flight_are_answered_before_the_end(server: Any) -> None:
    """SIGTERM under load: no request that was taken is lost, and the process ends by itself."""
    rows = golden("winery/cultivar")["instances"]
    line = "route=POST+%2Fpredict%2F%7Barea%7D%2F%7Bmodel%7D&parameter.area=winery&parameter.model=cultivar"
    statuses: list[int] = []
    cut_off: list[Exception] = []

    def ask() -> None:
        while True:
            try:
                statuses.append(
                    server.call(
                        "POST", "/invocations", {"instances": rows * 60}, x_amzn_sagemaker_custom_attributes=line
                    ).status
                )
            except ConnectionRefusedError:
                return
            except OSError as error:
                if "refused" in str(error):
                    return
                cut_off.append(error)
                return

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    while len(statuses) < 20:
        time.sleep(0.01)
    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=30) == 0
    for client in clients:
        client.join(timeout=30)
    assert set(statuses) == {200}
    # A connection that the kernel had taken and the server not yet is cut off; a request that was read is not.
    assert [error for error in cut_off if not re.search("reset|closed|pipe", str(error), re.IGNORECASE)] == []
