"""
What every way to serve the sample models answers, to be imported by its tests beside a fixture `api`.

Each of them is then a test of that way.
"""

import json

import pytest

from sparely.agreement import differences
from sparely.manifest import Tolerance

from .api import Api
from .samples import SAMPLES, held_out
from .services import MODELS

ROWS = 50


@pytest.mark.parametrize("path", SAMPLES)
def test_fifty_held_out_rows_get_the_estimators_answers(api: Api, path: str) -> None:
    """Rows that training did not see, over HTTP and through the package, to 1e-5."""
    instances, predictions = held_out(path, ROWS)

    reply = api.call("POST", f"/predict/{path}", {"instances": instances})

    assert (reply.status, len(predictions)) == (200, ROWS)
    answers = reply.document["predictions"][path.partition("/")[2]]
    assert list(differences(predictions, answers, Tolerance(1e-5, 1e-5))) == []


def test_a_fault_comes_through_whole(api: Api) -> None:
    """Status, problem document and request id reach the client as the function gave them."""
    reply = api.call("POST", "/predict/clinic/nothing", {"instances": [{}]})

    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.document["detail"].startswith('No model "clinic/nothing". Available: clinic/high-risk')
    assert reply.headers["x-request-id"]


def test_the_catalogue_is_that_of_the_sources(api: Api) -> None:
    """The package serves the models that lie in src/."""
    reply = api.call("GET", "/models")

    served = {f"{area['name']}/{model['name']}": model for area in reply.document["areas"] for model in area["models"]}
    assert served == {
        "/".join(path.parts[-3:-1]): json.loads(path.read_text("utf-8")) for path in MODELS.glob("*/*/manifest.json")
    }
