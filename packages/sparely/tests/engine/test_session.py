"""A session's life: opening, choosing outputs, running, failing, closing."""

import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from onnx import TensorProto

from sparely.engine import ElementType, EngineError, Session, Tensor, TensorSpec
from sparely.engine.errors import RuntimeFault, SessionClosed
from tests.engine import toy_models

FLOAT, INT64, STRING = ElementType.FLOAT, ElementType.INT64, ElementType.STRING
A = Tensor(FLOAT, (1, 2), [5.0, 7.0])
B = Tensor(FLOAT, (1, 2), [1.0, 2.0])


@pytest.fixture
def addition() -> Iterator[Session]:
    with Session(toy_models.addition()) as session:
        yield session


def test_a_session_tells_its_inputs_and_outputs(addition: Session) -> None:
    """Names, element types and shapes are read from the model, open sizes as None."""
    assert addition.inputs == (TensorSpec("a", FLOAT, (None, 2)), TensorSpec("b", FLOAT, (None, 2)))
    assert addition.outputs == (
        TensorSpec("sum", FLOAT, (None, 2)),
        TensorSpec("difference", FLOAT, (None, 2)),
        TensorSpec("row", FLOAT, (None,)),
    )


def test_all_outputs_come_in_the_models_order(addition: Session) -> None:
    """Without a choice every output is given, its values a plain list."""
    assert addition.run({"a": A, "b": B}) == {
        "sum": Tensor(FLOAT, (1, 2), [6.0, 9.0]),
        "difference": Tensor(FLOAT, (1, 2), [4.0, 5.0]),
        "row": Tensor(FLOAT, (1,), [12.0]),
    }


def test_chosen_outputs_come_in_the_chosen_order(addition: Session) -> None:
    """Only what is asked for is given, in that order."""
    answers = addition.run({"a": A, "b": B}, ["row", "sum"])

    assert list(answers.items()) == [
        ("row", Tensor(FLOAT, (1,), [12.0])),
        ("sum", Tensor(FLOAT, (1, 2), [6.0, 9.0])),
    ]


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        (["product"], 'No output "product". Available: sum, difference, row.'),
        (["sum", "sum"], 'outputs[1] is "sum" again; expected each name once.'),
        ([], "outputs is of type list; expected None or a list of names."),
        ("sum", 'outputs is "sum"; expected None or a list of names.'),
        ([3], "No output 3. Available: sum, difference, row."),
    ],
)
def test_a_wrong_choice_of_outputs_is_refused(addition: Session, outputs: Any, sentence: str) -> None:
    """Unknown, repeated and no outputs at all are named before the model runs."""
    with pytest.raises(EngineError) as caught:
        addition.run({"a": A, "b": B}, outputs)

    assert str(caught.value) == sentence


def test_a_fixed_size_is_read_and_enforced() -> None:
    """A model for exactly two values tells so and takes no three."""
    with Session(toy_models.identity(FLOAT, [2])) as session:
        assert session.inputs == (TensorSpec("x", FLOAT, (2,)),)
        with pytest.raises(EngineError) as caught:
            session.run({"x": Tensor(FLOAT, (3,), [1.0, 2.0, 3.0])})

    assert str(caught.value) == 'inputs["x"].shape is [3]; expected [2].'


def test_a_model_without_a_shape_takes_any() -> None:
    """Where the model states no shape, any rank passes."""
    with Session(toy_models.identity(FLOAT, None)) as session:
        answer = session.run({"x": Tensor(FLOAT, (1, 2, 1), [1.0, 2.0])})

    assert answer == {"y": Tensor(FLOAT, (1, 2, 1), [1.0, 2.0])}


@pytest.mark.parametrize("words", [["a", "größer", ""], [f"{number}" for number in range(300)]])
def test_many_texts_come_out_as_they_went_in(words: list[str]) -> None:
    """Whether few or all of them differ."""
    texts = (words * 100)[:300]
    with Session(toy_models.identity(STRING)) as session:
        assert session.run({"x": Tensor(STRING, (300,), texts)})["y"].values == texts


def test_a_model_without_inputs_runs() -> None:
    """A constant needs no input."""
    with Session(toy_models.constant_text("größer".encode())) as session:
        assert session.inputs == ()
        assert session.run({}) == {"y": Tensor(STRING, (1,), ["größer"])}


def test_text_that_is_not_utf8_is_refused() -> None:
    """A model's string of broken bytes is named by its output."""
    with Session(toy_models.constant_text(b"\xff\xfe")) as session, pytest.raises(EngineError) as caught:
        session.run({})

    assert str(caught.value) == 'Output "y" holds a string that is not UTF-8.'


def test_a_failing_operator_gives_onnxruntimes_sentence() -> None:
    """What onnxruntime refuses while running is raised in its words, and the session goes on."""
    with Session(toy_models.gather()) as session:
        with pytest.raises(RuntimeFault, match=r"indices element out of data bounds, idx=3 must be within"):
            session.run({"x": Tensor(INT64, (1,), [3])})

        assert session.run({"x": Tensor(INT64, (1,), [2])})["y"].values == [30.0]


@pytest.mark.parametrize(
    "content", [b"", b"no model", b"\0" * 1000, toy_models.addition()[:-20], random.Random(1).randbytes(5000)]
)
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    """Empty, foreign, cut and random bytes raise onnxruntime's sentence."""
    with pytest.raises(RuntimeFault) as caught:
        Session(content)

    assert str(caught.value)
    assert caught.value.code > 0


@pytest.mark.parametrize("content", [None, "model.onnx", 7, bytearray(b"x")])
def test_a_model_that_is_no_bytes_is_refused(content: Any) -> None:
    """A path or a number is not taken for a model."""
    with pytest.raises(EngineError, match=r"^The model is .*; expected the bytes of an ONNX file\.$"):
        Session(content)


def test_a_sequence_as_output_is_refused() -> None:
    """What zipmap=True makes of a classifier does not open, and the sentence says what to do."""
    with pytest.raises(EngineError) as caught:
        Session(toy_models.sequence_output())

    expected = 'Output "y" is a sequence; expected a tensor (export classifiers with zipmap=False).'
    assert str(caught.value) == expected


def test_an_element_type_that_is_not_carried_is_refused() -> None:
    """A model of half precision does not open."""
    with pytest.raises(EngineError) as caught:
        Session(toy_models.identity(TensorProto.FLOAT16))

    carried = "FLOAT, INT32, INT64, STRING, BOOL, DOUBLE"
    assert str(caught.value) == f'Input "x" is of ONNX element type 10; expected one of {carried}.'


def test_a_closed_session_does_not_run(addition: Session) -> None:
    """After close every run raises, and closing again is harmless."""
    addition.close()
    addition.close()

    with pytest.raises(SessionClosed) as caught:
        addition.run({"a": A, "b": B})

    assert str(caught.value) == "The session is closed."


def test_threads_share_a_session() -> None:
    """Eight threads at once each get the answers to their own inputs."""
    session = Session(toy_models.addition())
    faults: list[int] = []

    def ask(number: int) -> None:
        mine = Tensor(FLOAT, (1, 2), [float(number), 0.0])
        for _ in range(200):
            if session.run({"a": mine, "b": B})["row"].values != [float(number)]:
                faults.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    session.close()
