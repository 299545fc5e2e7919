"""A body becomes JSON, or a fault that says why not."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparely.handler.body import is_json, read_json
from sparely.handler.errors import BinaryTensors, NotJson, TooManyValues, UnsupportedEncoding, UnsupportedMediaType
from sparely.handler.request import Request

MOST_PARTS = 1_000


def request(body: str, *, is_base64: bool = False, **headers: str) -> Request:
    """A request of this body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST /predict/{area}", "POST", "/predict/a", {"area": "a"}, named, body, is_base64)


def read(body: str, **how: Any) -> Any:
    """The body's document."""
    return read_json(request(body, **how), most_parts=MOST_PARTS)


def refusal(body: str, **how: Any) -> str:
    """The sentence that refuses a body."""
    with pytest.raises(NotJson) as caught:
        read(body, **how)
    return caught.value.detail


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"a": "x\ny"}', "invalid control character at line 1, column 9"),
        ('{"a": "x', "unterminated string starting at line 1, column 7"),
        ('{"a": "\\x"}', "invalid \\escape at line 1, column 8"),
        ('{"a": "\\u12"}', "invalid \\uXXXX escape at line 1, column 9"),
        ("{", "expecting property name enclosed in double quotes at line 1, column 2"),
        ('{"a" 1}', "expecting ':' delimiter at line 1, column 6"),
        ("{} {}", "extra data at line 1, column 4"),
    ],
)
def test_where_json_ends_to_be_json_is_said_in_a_sentence(body: str, reason: str) -> None:
    """Python's parser ends some of its reasons with the word before the place, or a colon."""
    assert refusal(body) == f"The request body is not JSON: {reason}."


def test_a_body_that_the_gateway_encoded_is_decoded() -> None:
    """API Gateway sends bodies that it takes for binary in base64."""
    assert read("eyJhIjogMX0=", is_base64=True) == {"a": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("%%%", "it is not valid base64"),
        ("eyJhIjogMX0é", "it is not valid base64"),
        ("77u/e30=", "it begins with a byte order mark, which JSON has none of"),
        ("/w==", "it is not UTF-8"),
        ("", "it is empty"),
    ],
)
def test_an_encoded_body_that_cannot_be_read_is_refused(body: str, reason: str) -> None:
    """Neither broken base64 nor other bytes than UTF-8 are a fault of ours."""
    assert refusal(body, is_base64=True) == f"The request body is not JSON: {reason}."


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.acme+json",
        "application/json; charset=iso-8859-1",
        "application/octet-stream",
    ],
)
def test_json_media_types_are_known(media_type: str) -> None:
    """RFC 6839 lets every +json type be read as JSON; parameters and case do not matter, and octets say nothing."""
    assert is_json(media_type)


def test_another_media_type_is_refused() -> None:
    """What is not sent as JSON is not guessed at."""
    with pytest.raises(UnsupportedMediaType):
        read("{}", content_type="text/csv")


def test_no_media_type_is_taken_for_json() -> None:
    """RFC 9110 lets a recipient guess where none is stated."""
    assert read("{}") == {}


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_is_refused(name: str) -> None:
    """Python's parser would take it."""
    assert refusal(f'{{"a": [{name}]}}') == f"The request body is not JSON: {name} is not a JSON number."


def test_a_member_that_is_there_twice_is_refused() -> None:
    """Which of the two counts would be a guess."""
    assert refusal('{"a": {"b": 1, "c": 2, "b": 1}}') == (
        'The request body is not JSON: an object has the member "b" twice.'
    )


def test_half_a_character_in_a_name_is_written_out() -> None:
    """A sentence can always be sent as UTF-8."""
    assert refusal('{"\\ud800": 1, "\\ud800": 2}').endswith('the member "\\ud800" twice.')


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP, deflate"])
def test_a_compressed_body_is_refused(encoding: str) -> None:
    """A REST API would have mangled it, and 6 MB can unfold to gigabytes."""
    with pytest.raises(UnsupportedEncoding) as caught:
        read("H4sIAAAA", is_base64=True, content_encoding=encoding)

    assert caught.value.detail == f"The body is sent with content-encoding {encoding}; send it uncompressed."
    assert caught.value.headers == {"accept-encoding": "identity"}


def test_identity_is_no_encoding() -> None:
    """Some clients state it."""
    assert read("{}", content_encoding="identity") == {}


def test_binary_tensors_are_refused_by_their_header() -> None:
    """What follows the JSON would be read as broken JSON."""
    with pytest.raises(BinaryTensors):
        read('{"inputs": []}\x00\x01', inference_header_content_length="14", content_type="application/octet-stream")


@pytest.mark.parametrize("part", ["[]", "{}", "1", '{"":1}'])
def test_values_are_counted_before_they_are_made(part: str) -> None:
    """A body of many tiny values takes many times its size in memory."""
    with pytest.raises(TooManyValues):
        read(f"[{','.join([part] * (MOST_PARTS + 1))}]")


def test_a_long_text_is_not_many_values() -> None:
    """Only what structures JSON is counted."""
    assert read(json.dumps(["x" * 10 * MOST_PARTS])) == ["x" * 10 * MOST_PARTS]


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_VALUES, st.booleans(), st.booleans())
def test_json_comes_through_as_it_was_written(document: Any, escaped: bool, encoded: bool) -> None:
    """Escaped or not, in base64 or not, every value is the one that was sent."""
    text = json.dumps(document, ensure_ascii=escaped)
    body = base64.b64encode(text.encode()).decode() if encoded else text

    assert read_json(request(body, is_base64=encoded), most_parts=10**6) == document


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_refused(content: bytes) -> None:
    """Nothing else than a refusal is raised."""
    with contextlib.suppress(NotJson):
        read(base64.b64encode(content).decode(), is_base64=True)
