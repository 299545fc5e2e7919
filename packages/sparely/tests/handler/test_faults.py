"""Every fault that a caller can meet: status, type and the whole sentence."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sparely.handler import errors
from sparely.handler.values import LARGEST_FLOAT32
from support.services import MODELS
from tests.handler.conftest import Reply

ROW = {"sex": "1", "bmi": 32.1, "bp": 101.0, "hdl": 38.0, "tch": 4.0, "ltg": 4.8598, "glu": 87.0}
MODEL = "/predict/clinic/high-risk"
VERSION = json.loads((MODELS / "clinic/high-risk/manifest.json").read_text("utf-8"))["version"]
ALL_MODELS = "Available: clinic/high-risk, clinic/progression, winery/alcohol, winery/cultivar."

CASES: list[tuple[str, tuple[Any, ...], dict[str, Any], int, str]] = [
    ("not-json", ("POST", MODEL, "{"), {}, 400,
     "The request body is not JSON: expecting property name enclosed in double quotes at line 1, column 2."),
    ("not-json", ("POST", MODEL), {}, 400, "The request body is not JSON: it is empty."),
    ("not-json", ("POST", MODEL, '{"instances": [], "instances": []}'), {}, 400,
     'The request body is not JSON: an object has the member "instances" twice.'),
    ("not-json", ("POST", MODEL, b"\xff{}"), {}, 400,
     "The request body is not JSON: expecting value at line 1, column 1."),
    ("not-json", ("POST", MODEL, '{"instances": [Infinity]}'), {}, 400,
     "The request body is not JSON: Infinity is not a JSON number."),
    ("not-json", ("POST", MODEL, "[" * 100_000), {}, 400, "The request body is not JSON: it is nested too deeply."),
    ("not-json", ("POST", MODEL, "[" + "1" * 5000 + "]"), {}, 400,
     "The request body is not JSON: an integer has more than 4300 digits."),
    ("unknown-area", ("POST", "/predict/clinics", {}), {}, 404, 'No area "clinics". Available: clinic, winery.'),
    ("unknown-model", ("POST", "/predict/clinic/hi", {}), {}, 404, f'No model "clinic/hi". {ALL_MODELS}'),
    ("unknown-model", ("POST", "/predict/winery/high-risk", {}), {}, 404, f'No model "winery/high-risk". {ALL_MODELS}'),
    ("unknown-model", ("POST", "/v2/models/nothing/infer", {}), {}, 404,
     'No model "nothing". Available: alcohol, cultivar, high-risk, progression.'),
    ("unknown-version", ("GET", "/v2/models/high-risk/versions/1"), {}, 404,
     f'No version "1" of model "high-risk". Available: {VERSION}.'),
    ("unknown-route", ("GET", "/x"), {}, 404, "There is no GET /x. GET /models lists what is served."),
    ("method-not-allowed", ("GET", MODEL), {}, 405, f"{MODEL} takes POST, not GET."),
    ("too-many-rows", ("POST", MODEL, {"instances": [ROW] * 1001}), {}, 413,
     "The request has 1001 instances; at most 1000 fit in one request."),
    ("too-many-values", ("POST", MODEL, f"[{'[],' * 150_000}0]"), {}, 413,
     "The request body has more than 266000 brackets, colons and commas; send fewer rows."),
    ("unsupported-encoding", ("POST", MODEL, "H4sI"), {"headers": {"Content-Encoding": "gzip"}}, 415,
     "The body is sent with content-encoding gzip; send it uncompressed."),
    ("binary-tensors", ("POST", "/v2/models/cultivar/infer", "{}"), {"headers": {"Inference-Header-Content-Length": "2"}},
     415, "The binary tensor extension is not supported; send tensors as JSON (tritonclient: binary_data=False)."),
    ("unsupported-media-type", ("POST", MODEL, "a=1"), {"media_type": "application/x-www-form-urlencoded"}, 415,
     "The body is sent as application/x-www-form-urlencoded; send application/json."),
    ("does-not-fit", ("POST", MODEL, []), {}, 422, 'The body is not an object; expected {"instances": [...]}.'),
    ("does-not-fit", ("POST", MODEL, {}), {}, 422, "instances is missing; expected a list of one object or more."),
    ("does-not-fit", ("POST", MODEL, {"instances": []}), {}, 422,
     "instances is an empty list; expected a list of one object or more."),
    ("does-not-fit", ("POST", MODEL, {"instances": [ROW], "x/y~": 1}), {}, 422,
     'The body has a member "x/y~"; expected only "instances".'),
    ("does-not-fit", ("POST", MODEL, {"instances": [[1, 2]]}), {}, 422,
     "instances[0] is a list; expected an object of features."),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "bmi": None}]}), {}, 422,
     "instances[0].bmi is null; expected a number of kg/m2."),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "bmi": True}]}), {}, 422,
     "instances[0].bmi is true; expected a number of kg/m2."),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "bmi": "1"}]}), {}, 422,
     'instances[0].bmi is "1"; expected a number of kg/m2.'),
    ("does-not-fit", ("POST", MODEL, '{"instances": [{"sex": "1", "bmi": 1e400, "bp": 1, "hdl": 1, "tch": 1, "ltg": 1}]}'),
     {}, 422, f"instances[0].bmi is too large; expected a number of kg/m2 from {-LARGEST_FLOAT32} to {LARGEST_FLOAT32}."),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "bmi": 1e39}]}), {}, 422,
     f"instances[0].bmi is 1e+39; expected a number of kg/m2 from {-LARGEST_FLOAT32} to {LARGEST_FLOAT32}."),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "bmi": {"a": 1}}]}), {}, 422,
     "instances[0].bmi is an object; expected a number of kg/m2."),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "sex": "x" * 2000}]}), {}, 422,
     f'instances[0].sex is "{"x" * 39}…"; expected a string of at most 1000 characters or null.'),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "sex": "\ud800"}]}), {}, 422,
     'instances[0].sex is "\\ud800"; expected a string of at most 1000 characters or null.'),
    ("does-not-fit", ("POST", "/v2/models/cultivar/infer", {"instances": []}), {}, 422,
     "inputs is missing; expected a list of objects, each with a name."),
    ("does-not-fit", ("POST", MODEL, {"instances": [{**ROW, "size": 1}]}), {}, 422,
     "instances[0].size is not a feature of clinic/high-risk; expected sex, bmi, bp, hdl, tch, ltg, glu."),
    ("does-not-fit", ("POST", "/predict/clinic", {"instances": [{**ROW, "size": 1, "age": 1.0, "tc": 1.0, "ldl": 1.0}]}),
     {}, 422, "instances[0].size is not a feature of clinic; GET /models lists what it takes."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "request_", "how", "status", "sentence"), CASES)
def test_a_fault_has_its_status_type_and_sentence(
    call: Callable[..., Reply],
    kind: str,
    request_: tuple[Any, ...],
    how: dict[str, Any],
    status: int,
    sentence: str,
) -> None:
    """What a caller can mend is told with what is wrong, where, and what would be right."""
    reply = call(*request_, **how)

    assert reply.status == reply.document["status"] == status
    assert reply.document["type"] == f"urn:problem-type:{kind}"
    assert reply.document["detail"] == reply.document["error"] == sentence


def test_every_fault_class_is_covered() -> None:
    """No class of errors.py is without a contract test; test_app, test_catalogue and test_large_answers have the others."""
    kinds = {each.kind for each in errors.ServiceError.__subclasses__()}

    assert kinds - {"internal", "model-failed", "answer-too-large", "invalid-query"} == {kind for kind, *_ in CASES}


def test_all_faults_are_listed_in_input_order(call: Callable[..., Reply]) -> None:
    """Several faults come together, each with its JSON pointer."""
    rows = [{**ROW, "bmi": "x", "a/b": 1}, {key: value for key, value in ROW.items() if key != "bp"}]

    reply = call("POST", MODEL, {"instances": rows})

    assert [error["pointer"] for error in reply.document["errors"]] == [
        "/instances/0/bmi",
        "/instances/0/a~1b",
        "/instances/1",
    ]
    assert reply.document["detail"].startswith("3 faults, the first: instances[0].bmi")


def test_listed_faults_end_at_a_stated_number(call: Callable[..., Reply]) -> None:
    """A body of a thousand faults is not answered with a thousand sentences."""
    reply = call("POST", MODEL, {"instances": [{}] * 1000})

    assert len(reply.document["errors"]) == errors.LISTED_FAULTS
    assert reply.document["detail"].startswith("More than 20 faults, the first 20 are listed. instances[0].sex")


def test_a_wrong_method_is_told_which_are_right(call: Callable[..., Reply]) -> None:
    """RFC 9110 wants an Allow header with 405."""
    assert call("DELETE", "/models").headers["allow"] == "GET"


def test_a_callers_long_name_is_not_repeated(call: Callable[..., Reply]) -> None:
    """The pointer ends at the object and the sentence is cut: an answer does not grow with what it refuses."""
    reply = call("POST", MODEL, {"instances": [{**ROW, "x" * 100_000: 1}]})

    (fault,) = reply.document["errors"]
    assert fault["pointer"] == "/instances/0"
    assert fault["detail"].startswith(f"instances[0].{'x' * 59}… is not a feature")


def test_many_strange_members_are_not_all_listed(call: Callable[..., Reply]) -> None:
    """One object of a hundred thousand strange members costs twenty sentences."""
    reply = call("POST", MODEL, {"instances": [{**ROW, **{str(place): 1 for place in range(100_000)}}]})

    assert reply.status == 422
    assert len(reply.document["errors"]) == errors.LISTED_FAULTS
