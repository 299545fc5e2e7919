"""`$input` and `$util` as API Gateway has them."""

import json

import pytest

from sparely_sagemaker.mapping.variables import Input, Util

BODY = json.dumps({"a": {"b": [1, "x"]}, "text": 'it\'s "so"\n', "none": None})


def test_path_and_json_find_the_same() -> None:
    """One as a value, one as JSON."""
    given = Input(BODY, {})

    assert given.path("$.a.b") == [1, "x"]
    assert given.json("$.a") == '{"b":[1,"x"]}'


def test_a_missing_path_is_an_empty_string_as_json() -> None:
    """As API Gateway answers, two quotes."""
    assert Input(BODY, {}).json("$.nothing") == '""'


def test_a_parameter_is_looked_for_in_the_path_first() -> None:
    """Then in the query string, then among the headers."""
    given = Input(
        "",
        {"path": {"x": "path"}, "querystring": {"x": "query", "y": "query"}, "header": {"y": "header", "z": "header"}},
    )

    assert [given.params(name) for name in ("x", "y", "z", "none")] == ["path", "query", "header", ""]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [('"', '\\"'), ("'", "\\'"), ("\n", "\\n"), ("é", "\\u00E9"), ("😀", "\\uD83D\\uDE00"), ("/", "\\/")],
)
def test_javascript_is_escaped_as_commons_lang_does(text: str, escaped: str) -> None:
    """ASCII alone, surrogate pairs, and the apostrophe too."""
    assert Util().escapeJavaScript(text) == escaped


def test_url_encoding_comes_back() -> None:
    """What is encoded is decoded to the same."""
    assert Util().urlDecode(Util().urlEncode("a b&c=é%")) == "a b&c=é%"
