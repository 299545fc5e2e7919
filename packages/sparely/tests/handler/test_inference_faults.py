"""Open Inference Protocol requests that do not fit: what is told, and where."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparely.handler.errors import DoesNotFit, TooManyRows
from sparely.handler.inference_protocol import read_inference
from sparely.handler.response import problem
from sparely.handler.values import LARGEST_FLOAT32, LARGEST_INTEGER
from support.sample_service import SERVICE
from tests.handler.conftest import Reply
from tests.handler.echo import CULTIVAR, ROW, VALUES, echo_request, tensor

Call = Callable[..., Reply]

pytestmark = pytest.mark.usefixtures("echo")

MISFITS: list[tuple[Any, list[tuple[str, str]]]] = [
    ([], [("", 'The body is not an object; expected {"inputs": [...]}.')]),
    ({"inputs": {}}, [("/inputs", "inputs is an object; expected a list of objects, each with a name.")]),
    ({"inputs": []}, [("/inputs", "inputs is an empty list; expected a list of objects, each with a name.")]),
    ({"inputs": [7, {}]}, [
        ("/inputs/0", "inputs[0] is 7; expected an object with a name."),
        ("/inputs/1", "inputs[1] is an object; expected an object with a name."),
    ]),
    ({"inputs": [{"name": "x"}]}, [("/inputs/0/name", 'inputs[0].name is "x". Available: features.')]),
    ({"inputs": [tensor(ROW), tensor(ROW)]}, [("/inputs/1/name", 'inputs[1].name is "features" again; expected each once.')]),
    ({"inputs": [{"name": "features"}]}, [
        ("/inputs/0", 'inputs["features"].datatype is missing; expected FP32.'),
        ("/inputs/0", 'inputs["features"].shape is missing; expected [rows, 7].'),
        ("/inputs/0", 'inputs["features"].data is missing; expected a list of values.'),
    ]),
    ({"inputs": [tensor(ROW, datatype="FP64")]}, [("/inputs/0/datatype", 'inputs["features"].datatype is "FP64"; expected FP32.')]),
    ({"inputs": [tensor(ROW, shape=[7])]}, [("/inputs/0/shape", 'inputs["features"].shape is [7]; expected [rows, 7].')]),
    ({"inputs": [tensor(ROW, shape=[0, 7])]}, [("/inputs/0/shape", 'inputs["features"].shape is [0, 7]; expected [rows, 7].')]),
    ({"inputs": [tensor(ROW, shape=[1.5, 7])]}, [("/inputs/0/shape", 'inputs["features"].shape is [1.5, 7]; expected [rows, 7].')]),
    ({"inputs": [tensor(ROW, shape=[2**64, 7])]}, [("/inputs/0/shape", 'inputs["features"].shape is [18446744073709551616, 7]; expected [rows, 7].')]),
    ({"inputs": [tensor("x")]}, [("/inputs/0/data", 'inputs["features"].data is "x"; expected a list of values.')]),
    ({"inputs": [tensor(ROW, shape=[2, 7])]}, [("/inputs/0/data", 'inputs["features"].data has other lengths; expected 14 values for shape [2, 7], flat or nested.')]),
    ({"inputs": [tensor([ROW[:6]])]}, [("/inputs/0/data", 'inputs["features"].data has other lengths; expected 7 values for shape [1, 7], flat or nested.')]),
    ({"inputs": [tensor([*ROW[:5], "high", True])]}, [
        ("/inputs/0/data/5", 'inputs["features"].data[5] is "high"; expected a number.'),
        ("/inputs/0/data/6", 'inputs["features"].data[6] is true; expected a number.'),
    ]),
    ({"inputs": [tensor([ROW, [*ROW[:6], None]], shape=[2, 7])]}, [("/inputs/0/data/1/6", 'inputs["features"].data[1][6] is null; expected a number.')]),
    ({"id": 7, "inputs": [tensor(ROW)]}, [("/id", "id is 7; expected a string of at most 1000 characters.")]),
    ({"parameters": [], "inputs": [tensor(ROW)]}, [("/parameters", "parameters is an empty list; expected an object.")]),
    ({"inputs": [tensor(ROW)], "outputs": [{"name": "x"}]}, [("/outputs/0/name", 'outputs[0].name is "x". Available: label, probabilities.')]),
    ({"inputs": [tensor(ROW)], "outputs": [{"name": "label", "parameters": {"binary_data": True}}]}, [
        ("/outputs/0/parameters/binary_data",
         "outputs[0].parameters.binary_data is true; the binary tensor extension is not supported; send tensors as JSON and ask for JSON."),
    ]),
    ({"inputs": [tensor(ROW, parameters={"shared_memory_region": "r"})]}, [
        ("/inputs/0/parameters/shared_memory_region",
         'inputs[0].parameters.shared_memory_region is "r"; shared memory is not supported; send tensors as JSON and ask for JSON.'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "faults"), MISFITS)
def test_what_does_not_fit_is_told_with_its_place(call: Call, document: Any, faults: list[tuple[str, str]]) -> None:
    """Every fault in input order, with a pointer, what was found and what is expected."""
    reply = call("POST", CULTIVAR, document)

    assert reply.status == 422
    assert [(each["pointer"], each["detail"]) for each in reply.document["errors"]] == faults


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("INT32", 2**31, f"2147483648; expected a whole number of 32 bits from {-(2**31)} to {2**31 - 1}."),
        ("INT64", 2**63, f"9223372036854775808; expected a whole number from {-LARGEST_INTEGER} to {LARGEST_INTEGER}."),
        ("INT64", 0.5, "0.5; expected a whole number."),
        ("FP64", 10**400, f"too large; expected a number from {-LARGEST_FLOAT32} to {LARGEST_FLOAT32}."),
        ("FP32", 1e39, f"1e+39; expected a number from {-LARGEST_FLOAT32} to {LARGEST_FLOAT32}."),
        ("BOOL", 1, "1; expected true or false."),
        ("BYTES", 7, "7; expected a string of at most 1000 characters."),
        ("BYTES", "\ud800", '"\\ud800"; expected a string of at most 1000 characters.'),
    ],
)
def test_a_value_beyond_its_datatype_is_refused(call: Call, name: str, value: Any, sentence: str) -> None:
    """What the model's type cannot hold does not reach C."""
    reply = call("POST", "/v2/models/echo/infer", echo_request(**{name: [value, VALUES[name][1]]}))

    assert reply.status == 422
    assert reply.document["error"] == f'inputs["{name}"].data[0] is {sentence}'


def test_null_is_taken_where_the_feature_takes_it(call: Call) -> None:
    """It becomes the token that the model was trained with; another feature of the same input refuses it."""
    taken = call("POST", "/v2/models/echo/infer", echo_request(BYTES=["x", None]))
    refused = call("POST", "/v2/models/echo/infer", echo_request(BYTES=[None, "x"]))

    assert taken.document["outputs"][-1]["data"] == ["x", "none"]
    assert refused.status == 422


def test_all_inputs_are_wanted(call: Call) -> None:
    """The names of those that are missing are told."""
    request = echo_request()

    reply = call("POST", "/v2/models/echo/infer", {"inputs": request["inputs"][:-1]})

    assert reply.document["error"] == 'inputs has no "BYTES"; expected a tensor of BYTES.'


def test_all_inputs_have_the_same_rows(call: Call) -> None:
    """A batch of one row in one input and two in another is no batch."""
    request = echo_request()
    request["inputs"][1] |= {"shape": [2, 2], "data": [1, 2, 3, 4]}

    reply = call("POST", "/v2/models/echo/infer", request)

    assert reply.status == 422
    assert reply.document["error"] == 'inputs["FP64"] has 2 rows; expected 1 as in inputs["FP32"].'


def test_too_many_rows_are_too_many_here_too(call: Call) -> None:
    """The limit is the one of /predict."""
    reply = call("POST", CULTIVAR, {"inputs": [tensor(ROW * 1001, shape=[1001, 7])]})

    assert reply.status == 413
    assert reply.document["error"] == "The request has 1001 instances; at most 1000 fit in one request."


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    JSON_VALUES,
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["features", "x"]) | JSON_VALUES,
                "datatype": st.sampled_from(["FP32"]) | JSON_VALUES,
                "shape": st.just([1, 7]) | st.lists(st.integers(), max_size=3) | JSON_VALUES,
                "data": st.lists(st.floats() | st.integers(), min_size=7, max_size=7) | JSON_VALUES,
                "parameters": JSON_VALUES,
            },
        ),
        max_size=2,
    ),
    JSON_VALUES,
)
def test_no_request_is_beyond_a_verdict(id_: Any, inputs: list[Any], outputs: Any) -> None:
    """Whatever JSON comes is either tensors of the model's shape or faults; nothing else is raised."""
    model = SERVICE.registry.models["winery"]["cultivar"].model

    try:
        found = read_inference({"id": id_, "inputs": inputs, "outputs": outputs}, model, most_rows=5)
    except (DoesNotFit, TooManyRows) as error:
        json.dumps(problem(error).document, ensure_ascii=False).encode()
    else:
        assert model.session.run(found.inputs, found.outputs)
