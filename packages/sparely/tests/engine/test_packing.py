"""What a caller may pass wrongly, and the sentence that answers it before C sees anything."""

import math
from array import array
from collections.abc import Iterator
from typing import Any

import pytest

from sparely.engine import ElementType, EngineError, Session, Tensor
from tests.engine import toy_models

FLOAT, INT32, INT64, STRING, BOOL, DOUBLE = (
    ElementType[name] for name in ("FLOAT", "INT32", "INT64", "STRING", "BOOL", "DOUBLE")
)
PAIR = Tensor(FLOAT, (1, 2), [1.0, 2.0])


@pytest.fixture(scope="module")
def addition() -> Iterator[Session]:
    with Session(toy_models.addition()) as session:
        yield session


@pytest.fixture(scope="module")
def identities() -> Iterator[dict[ElementType, Session]]:
    sessions = {element_type: Session(toy_models.identity(element_type)) for element_type in ElementType}
    yield sessions
    for session in sessions.values():
        session.close()


def refusal(session: Session, inputs: Any) -> str:
    with pytest.raises(EngineError) as caught:
        session.run(inputs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"a": PAIR}, 'Input "b" is missing.'),
        ({"a": PAIR, "b": PAIR, "c": PAIR}, 'No input "c". Available: a, b.'),
        ({"a": PAIR, "b": [1.0, 2.0]}, 'inputs["b"] is of type list; expected a Tensor.'),
        (
            {"a": PAIR, "b": Tensor(DOUBLE, (1, 2), [1.0, 2.0])},
            'inputs["b"].element_type is DOUBLE; expected FLOAT.',
        ),
        (
            {"a": PAIR, "b": Tensor("FP32", (1, 2), [1.0, 2.0])},  # type: ignore[arg-type]
            'inputs["b"].element_type is "FP32"; expected FLOAT.',
        ),
        ({"a": PAIR, "b": Tensor(FLOAT, (2,), [1.0, 2.0])}, 'inputs["b"].shape is [2]; expected [any, 2].'),
        ({"a": PAIR, "b": Tensor(FLOAT, (), [1.0])}, 'inputs["b"].shape is []; expected [any, 2].'),
        (
            {"a": PAIR, "b": Tensor(FLOAT, (1, 3), [0.0] * 3)},
            'inputs["b"].shape is [1, 3]; expected [any, 2].',
        ),
        ({"a": PAIR, "b": Tensor(FLOAT, (-1, 2), [])}, 'inputs["b"].shape is [-1, 2]; expected [any, 2].'),
        (
            {"a": PAIR, "b": Tensor(FLOAT, (2**64, 2), [])},
            f'inputs["b"].shape is [{2**64}, 2]; expected [any, 2].',
        ),
        (
            {"a": PAIR, "b": Tensor(FLOAT, (True, 2), [0, 0])},
            'inputs["b"].shape is [True, 2]; expected [any, 2].',
        ),
        (
            {"a": PAIR, "b": Tensor(FLOAT, [1, 2], [0, 0])},  # type: ignore[arg-type]
            'inputs["b"].shape is of type list; expected [any, 2].',
        ),
        (
            {"a": PAIR, "b": Tensor(FLOAT, ("1", 2.0), [0, 0])},  # type: ignore[arg-type]
            'inputs["b"].shape is ["1", 2.0]; expected [any, 2].',
        ),
        (
            {"a": PAIR, "b": Tensor(FLOAT, (2, 2), [1.0, 2.0, 3.0])},
            'inputs["b"].values is 3 long; expected 4 for shape [2, 2].',
        ),
        (
            {"a": PAIR, "b": Tensor(FLOAT, (0, 2), [1.0])},
            'inputs["b"].values is 1 long; expected 0 for shape [0, 2].',
        ),
    ],
)
def test_inputs_that_do_not_fit_the_model_are_refused(addition: Session, inputs: Any, sentence: str) -> None:
    """Missing, extra, wrongly typed, shaped or too short: the sentence says what would be right."""
    assert refusal(addition, inputs) == sentence


@pytest.mark.parametrize(
    ("element_type", "value", "sentence"),
    [
        (FLOAT, "high", 'is "high"; expected a number.'),
        (FLOAT, None, "is None; expected a number."),
        (FLOAT, [1.0], "is of type list; expected a number."),
        (FLOAT, 10**400, "is an integer of 1329 bits; expected a number."),
        (DOUBLE, 10**400, "is an integer of 1329 bits; expected a number."),
        (INT64, 2**63, f"is {2**63}; expected an integer of 64 bits."),
        (INT64, -(2**63) - 1, f"is {-(2**63) - 1}; expected an integer of 64 bits."),
        (INT64, 1.0, "is 1.0; expected an integer of 64 bits."),
        (INT64, math.nan, "is nan; expected an integer of 64 bits."),
        (INT32, 2**31, f"is {2**31}; expected an integer of 32 bits."),
        (BOOL, 1, "is 1; expected a boolean."),
        (BOOL, "true", 'is "true"; expected a boolean.'),
        (STRING, 3, "is 3; expected a string of valid Unicode."),
        (STRING, b"abc", "is of type bytes; expected a string of valid Unicode."),
        (STRING, "lone \ud800", 'is "lone \\ud800"; expected a string of valid Unicode.'),
        (STRING, "x" * 50 + "\udfff", f'is "{"x" * 40}..."; expected a string of valid Unicode.'),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(
    identities: dict[ElementType, Session], element_type: ElementType, value: Any, sentence: str
) -> None:
    """The first value that does not convert is quoted, shortened, with its place."""
    good = {STRING: "good", BOOL: True}.get(element_type, 1)
    tensor = Tensor(element_type, (3,), [good, value, value])

    assert refusal(identities[element_type], {"x": tensor}) == f'inputs["x"].values[1] {sentence}'


@pytest.mark.parametrize(
    ("element_type", "values", "sentence"),
    [
        (STRING, "abc", 'is "abc"; expected a list or an array.'),
        (FLOAT, b"\0" * 12, "is of type bytes; expected a list or an array."),
        (FLOAT, bytearray(3), "is of type bytearray; expected a list or an array."),
        (FLOAT, memoryview(bytes(3)), "is of type memoryview; expected a list or an array."),
        (FLOAT, 3.0, "is 3.0; expected a list of values, each a number."),
        (FLOAT, None, "is None; expected a list of values, each a number."),
        (FLOAT, {"a", "b", "c"}, "is of type set; expected a list of values, each a number."),
    ],
)
def test_values_that_are_no_list_are_refused(
    identities: dict[ElementType, Session], element_type: ElementType, values: Any, sentence: str
) -> None:
    """Text, raw bytes and single values are not taken for a list of values."""
    tensor = Tensor(element_type, (3,), values)

    assert refusal(identities[element_type], {"x": tensor}) == f'inputs["x"].values {sentence}'


@pytest.mark.parametrize(
    ("element_type", "code"), [(FLOAT, "f"), (INT32, "i"), (INT64, "q"), (DOUBLE, "d"), (BOOL, "B")]
)
def test_an_array_of_the_own_code_is_taken(
    identities: dict[ElementType, Session], element_type: ElementType, code: str
) -> None:
    """An array.array of the type's code gives what the same list gives."""
    answer = identities[element_type].run({"x": Tensor(element_type, (3,), array(code, [1, 0, 1]))})

    assert answer["y"].values == [1, 0, 1]


def test_an_array_of_another_code_is_converted(identities: dict[ElementType, Session]) -> None:
    """Doubles for a FLOAT input are rounded to single precision."""
    answer = identities[FLOAT].run({"x": Tensor(FLOAT, (1,), array("d", [0.1]))})

    assert answer["y"].values == [array("f", [0.1])[0]]


def test_a_boolean_array_holds_only_zero_and_one(identities: dict[ElementType, Session]) -> None:
    """A byte other than 0 and 1 is no boolean to C and is refused with its place."""
    tensor = Tensor(BOOL, (3,), array("B", [0, 1, 2]))

    assert refusal(identities[BOOL], {"x": tensor}) == 'inputs["x"].values[2] is 2; expected a boolean.'


def test_an_array_in_use_cannot_be_resized() -> None:
    """While values are packed nobody can move the memory that C is about to read."""
    from sparely.engine.packing import pack
    from sparely.engine.tensors import TensorSpec

    values = array("f", [1.0])

    packed = pack(TensorSpec("x", FLOAT, (None,)), Tensor(FLOAT, (1,), values))

    with pytest.raises(BufferError):
        values.append(2.0)
    assert packed.values is values


@pytest.mark.parametrize("rank", [65, 100_000])
def test_more_dimensions_than_any_tensor_has_are_refused(rank: int) -> None:
    """A shape of absurd length is refused, and not quoted whole."""
    with Session(toy_models.identity(FLOAT, [])) as session:
        tensor = Tensor(FLOAT, (1,) * rank, [1.0])

        sentence = refusal(session, {"x": tensor})

    ones = ", ".join("1" * 10)
    assert sentence == f'inputs["x"].shape is [{ones}, ...]; expected a tuple of sizes.'


def test_sizes_whose_product_overflows_are_refused(identities: dict[ElementType, Session]) -> None:
    """Also where another size is zero, so that no values are needed, C never multiplies past 64 bits."""
    with Session(toy_models.identity(FLOAT, ["a", "b", "c"])) as session:
        tensor = Tensor(FLOAT, (2**31 - 1, 2**31 - 1, 0), [])

        sentence = refusal(session, {"x": tensor})

    assert sentence == 'inputs["x"].shape is [2147483647, 2147483647, 0]; expected [any, any, any].'


def test_too_large_for_single_precision_becomes_infinite(identities: dict[ElementType, Session]) -> None:
    """A double beyond FLOAT's range is rounded as IEEE 754 says."""
    answer = identities[FLOAT].run({"x": Tensor(FLOAT, (2,), [1e300, -1e300])})

    assert answer["y"].values == [math.inf, -math.inf]
