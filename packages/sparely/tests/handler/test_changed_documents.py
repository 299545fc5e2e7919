"""What a caller's program gets wrong in a document's form is never this side's failure."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from sparely.handler.registry import Registry, load_models
from sparely_toolkit.contract.sample_events import event
from support.sample_service import SERVICE
from tests.handler.changed_documents import accept_less, changed, good_documents
from tests.handler.echo import put_echo
from tests.handler.every_kind import put_every_kind

SAMPLE, MANY = 2_500, 200_000
SEED = 18
AREAS = ("null-nowhere-fp32", "null-everywhere-fp64", "null-height-fp64")


@pytest.fixture(scope="module", autouse=True)
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """The service serves the samples, the model that echoes, and models of every kind, some that refuse values."""
    root = tmp_path_factory.mktemp("changed") / "models"
    put_every_kind(root)
    put_echo(root)
    accept_less(root / AREAS[-1])
    toys, samples = load_models(str(root)), SERVICE.registry
    models = {area: toys.models[area] for area in (*AREAS, "toys")}
    areas = {area: toys.areas[area] for area in models}
    patch = pytest.MonkeyPatch()
    patch.setattr(SERVICE, "registry", Registry({**samples.areas, **areas}, {**samples.models, **models}))
    yield good_documents(SERVICE.registry)
    patch.undo()


def test_each_is_answered_while_it_is_whole(documents: list[tuple[str, dict[str, Any]]], context: Any) -> None:
    """Or nothing would be tried of what follows the first look."""
    answers = {path: SERVICE(event("POST", path, json.dumps(document)), context) for path, document in documents}

    assert [path for path, answer in answers.items() if answer["statusCode"] != 200] == []


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(MANY, marks=pytest.mark.soak)])
def test_none_is_a_failure_of_ours_once_it_is_changed(
    count: int, documents: list[tuple[str, dict[str, Any]]], context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A piece of it lost, doubled, or replaced by what JSON can hold and nobody should send."""
    statuses: Counter[int] = Counter()
    failed = []
    for path, body in changed(SEED, count, documents):
        answer = SERVICE(event("POST", path, body), context)
        json.loads(answer["body"].encode())
        statuses[answer["statusCode"]] += 1
        if answer["statusCode"] >= 500:
            failed.append((path, body[:500], answer["body"]))
    capsys.readouterr()

    assert failed[:5] == []
    assert statuses.keys() == {200, 400, 413, 422}
