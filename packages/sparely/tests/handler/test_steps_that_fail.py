"""What faults of an owner's own code cost, and what callers can mend themselves."""

import pytest

from sparely.handler.values import LARGEST_FLOAT32
from tests.handler.own_steps import DOUBLE, PREPARED, Call, Put, ask
from tests.handler.own_steps import put as put

BROKEN = {
    "prepare raises": ("def prepare(row):\n    return {'a': 1 / row['size'], 'b': 0}", "ZeroDivisionError", 2),
    "prepare calls": ("def half(x):\n    return 1 / x\ndef prepare(row):\n    half(row['size'])", "ZeroDivision", 2),
    "prepare gives nothing": ("def prepare(row):\n    pass", "prepare returned null; expected a dictionary.", 1),
    "prepare gives too little": (
        "def prepare(row):\n    return {'a': 1}",
        "prepare returned a row whose b is missing; expected a number of m.",
        1,
    ),
    "prepare gives another type": (
        "def prepare(row):\n    return {'a': 1, 'b': 'x'}",
        'prepare returned a row whose b is "x"; expected a number of m.',
        1,
    ),
    "prepare gives too much": (
        "def prepare(row):\n    return {'a': 1, 'b': 1e39}",
        f"prepare returned a row whose b is 1e+39; expected a number of m from {-LARGEST_FLOAT32} to {LARGEST_FLOAT32}.",
        1,
    ),
    "prepare gives nan": (
        "def prepare(row):\n    return {'a': 1, 'b': float('nan')}",
        "prepare returned a row whose b is NaN; expected a number of m.",
        1,
    ),
    "prepare gives an object": (
        "def prepare(row):\n    return {'a': 1, 'b': object()}",
        "prepare returned a row whose b is of type object; expected a number of m.",
        1,
    ),
    "present raises": ("DOUBLE\ndef present(prediction, row):\n    return row['shoe']", "KeyError: 'shoe'", 10),
    "present gives a list": (
        "DOUBLE\ndef present(prediction, row):\n    return [1]",
        "present returned a list; expected a dictionary.",
        9,
    ),
    "present gives no JSON": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': {1}}",
        "Object of type set is not JSON serializable",
        9,
    ),
    "present gives nan": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': float('nan')}",
        "Out of range float values are not JSON compliant",
        9,
    ),
    "present gives half a character": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': {'say': 'größer \\ud83d'}}",
        "surrogates not allowed",
        9,
    ),
    "present gives half a character in a list": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': ['\\ud83d']}",
        "surrogates not allowed",
        9,
    ),
    "present gives half a character for a name": (
        "DOUBLE\ndef present(prediction, row):\n    return {'\\ud83d': 1}",
        "surrogates not allowed",
        9,
    ),
    "present gives thousands of digits": (
        "DOUBLE\ndef present(prediction, row):\n    return {'x': 10**5000}",
        "Exceeds the limit (4300 digits) for integer string conversion",
        9,
    ),
    "prepare exits": ("import sys\ndef prepare(row):\n    sys.exit(3)", "SystemExit: 3", 3),
    "present exits": ("DOUBLE\ndef present(prediction, row):\n    raise SystemExit", "SystemExit", 10),
    "present refuses": (
        "DOUBLE\ndef present(prediction, row):\n    raise Refused('no')",
        "sparely.steps.Refused: no",
        10,
    ),
}


@pytest.mark.parametrize(("code", "cause", "line"), BROKEN.values(), ids=BROKEN)
def test_a_failing_step_is_its_models_fault_alone(
    put: Put, call: Call, caplog: pytest.LogCaptureFixture, code: str, cause: str, line: int
) -> None:
    """A 500 with the other models' answers; the log names step, file and line."""
    put(code.replace("DOUBLE", DOUBLE), "plain")

    reply = ask(call, {"size": 0, "count": 1, "a": 1, "b": 2}, area=True)

    assert reply.status == 500
    assert reply.document["type"] == "urn:problem-type:model-failed"
    assert reply.document["predictions"]["plain"] == [{"value": 3.0}]
    assert reply.document["detail"] == 'Model "stepped" failed. The log has the cause under this answer\'s request id.'
    (record,) = [record for record in caplog.records if record.message == "A step failed"]
    facts = vars(record)
    assert facts["file"].endswith("models/toys/stepped/steps.py")
    assert (facts["line"], facts["row"], facts["step"]) == (line, 0, "present" if "present" in code else "prepare")
    assert facts["request_id"] == reply.headers["x-request-id"] != ""
    assert cause in caplog.text


def test_null_goes_on_where_the_model_takes_it(put: Put, call: Call) -> None:
    """NaN of a prepared row too, as training tables have it; here the sum is then no number."""
    code = "def prepare(row):\n    return {'a': float('nan') if row['count'] else None, 'b': 0}"
    put(code, prepared=[{**PREPARED[0], "null": "nan"}, PREPARED[1]])

    replies = [ask(call, {"size": 1, "count": count}) for count in (0, 1)]

    sentence = 'Row 0 has no answer from model "stepped": its output "variable" is NaN for these values together.'
    assert [reply.document["detail"] for reply in replies] == [sentence, sentence]


def test_no_answer_beyond_training_is_the_callers_to_mend(put: Put, call: Call) -> None:
    """What is named is what the caller gave, not what was made of it."""
    put("def prepare(row):\n    return {'a': -row['size'], 'b': 0}", then="Log")

    beyond, within = ask(call, {"size": 11}), ask(call, {"size": 9})

    assert beyond.status == 422
    assert beyond.document["detail"] == ('Row 0 has no answer from model "stepped": size is 11; training saw 0 to 10.')
    assert within.status == 422
    assert within.document["detail"].endswith('its output "variable" is NaN for these values together.')


def test_values_outside_are_counted_in_the_callers_rows(
    put: Put, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    """As of any model."""
    put(DOUBLE)

    ask(call, {"size": 11}, {"size": 9})

    assert '"Outside/stepped":[1.0]' in capsys.readouterr().out
