"""A caller's mistake is never this side's failure, whatever kind the model is and wherever null may stand."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from sparely.handler.registry import load_models
from sparely.handler.values import LARGEST_FLOAT32
from support.sample_service import SERVICE
from tests.fuzz.target import event
from tests.handler.every_kind import NUMBERS, PATTERNS, put_every_kind
from tests.handler.random_bodies import AREAS, requests

SAMPLE, MANY = 4_000, 500_000
SEED = 18


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The service serves models of every kind alone."""
    root = tmp_path_factory.mktemp("every") / "models"
    put_every_kind(root)
    patch = pytest.MonkeyPatch()
    patch.setattr(SERVICE, "registry", load_models(str(root)))
    yield
    patch.undo()


def failures(seed: int, count: int, context: Any) -> tuple[Counter[int], list[tuple[str, str, str]]]:
    """How often each status was answered, and path, body and answer of the first failures of ours."""
    statuses: Counter[int] = Counter()
    failed: list[tuple[str, str, str]] = []
    for path, body in requests(seed, count):
        answer = SERVICE(event(path, body.encode("utf-8", "replace"), encoded=False), context)
        json.loads(answer["body"])
        statuses[answer["statusCode"]] += 1
        if answer["statusCode"] >= 500 and len(failed) < 5:
            failed.append((path, body, answer["body"]))
    return statuses, failed


def test_no_body_is_answered_with_a_failure_of_ours(context: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A seeded sample; each other answer that a body can have is among those given."""
    statuses, failed = failures(SEED, SAMPLE, context)
    capsys.readouterr()

    assert failed == []
    assert statuses.keys() == {200, 400, 422}


@pytest.mark.soak
def test_none_of_half_a_million_bodies_is_answered_with_a_failure_of_ours(
    context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same, at length."""
    counts: Counter[int] = Counter()
    for part in range(MANY // 10_000):
        statuses, failed = failures(SEED + 1 + part, 10_000, context)
        capsys.readouterr()
        assert failed == []
        counts += statuses

    assert counts.total() == MANY
    assert counts.keys() == {200, 400, 422}


def tensor(name: str, datatype: str, data: list[Any]) -> dict[str, Any]:
    """One row."""
    return {"name": name, "datatype": datatype, "shape": [1, len(data)], "data": data}


@pytest.mark.parametrize("area", AREAS)
def test_a_huge_number_beside_null_is_the_callers_to_mend(area: str, context: Any) -> None:
    """Whichever feature is null: a sum beyond the datatype, or, of 64 bits, a number that a record may not have either."""
    pattern, _, datatype = area.rpartition("-")
    huge = 3e38 if datatype == "fp32" else 1.7e308
    values = {"height": huge, "width": huge, "count": 0, "flag": 0, "word": "red"}
    values |= dict.fromkeys(set(PATTERNS[pattern]) - {"width"} or PATTERNS[pattern])
    inputs = [
        tensor("numbers", datatype.upper(), [values[name] for name in NUMBERS]),
        tensor("words", "BYTES", [values["word"]]),
    ]

    path, body = f"/v2/models/multi-regressor-{area}/infer", json.dumps({"inputs": inputs})
    answer = SERVICE(event(path, body.encode(), encoded=False), context)

    assert answer["statusCode"] == 422
    said = "; training saw 0 to 10." if datatype == "fp32" else f"; expected a number from {-LARGEST_FLOAT32} to "
    assert said in json.loads(answer["body"])["detail"]
