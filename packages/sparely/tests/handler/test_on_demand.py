"""A package of many models: the index says what there is, and each is opened by the first request that asks for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely import Request, Service
from sparely.bundle import INDEX, ModelLoadError
from sparely.handler import on_demand
from sparely.handler.catalogue import catalogue
from sparely.handler.registry import Registry, load_models
from sparely.index import FEW, write_index
from sparely_toolkit.contract.sample_events import event
from tests.handler.conftest import Reply

PutModel = Callable[..., Path]
Ask = Callable[..., Reply]
COUNT = FEW + 4
ROW = {"instances": [{"a": 1, "b": 2}]}
MIB = 2**20


@pytest.fixture
def root(put_model: PutModel, tmp_path: Path) -> Path:
    """Models of two areas, more than are opened at init."""
    for number in range(COUNT):
        put_model("even" if number % 2 == 0 else "odd", f"sum-{number:02}")
    write_index(str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def ask(root: Path, context: Any) -> Ask:
    """Send a request to a service of these models."""
    return ask_of(root, context)


def ask_of(root: Path, context: Any) -> Ask:
    """What sends requests to a new service of these models."""
    service = Service(str(root.parent / "handler" / "app.py"))

    def send(method: str, target: str, document: Any = None) -> Reply:
        body = b"" if document is None else json.dumps(document)
        answer = service(event(method, target, body), context)
        return Reply(answer["statusCode"], answer["headers"], json.loads(answer["body"] or "null"))

    return send


def opened(registry: Registry) -> list[str]:
    """Paths of the models that are open."""
    assert isinstance(registry.areas, on_demand.Groups)
    return sorted(registry.areas.shelf.models)


def test_nothing_is_opened_at_init(root: Path) -> None:
    """What takes a millisecond a model is left to the requests."""
    assert opened(load_models(str(root))) == []


def test_few_models_need_no_index(put_model: PutModel, tmp_path: Path) -> None:
    """They are opened at init."""
    for number in range(FEW):
        put_model(name=f"sum-{number}")
    write_index(str(tmp_path / "models"))

    assert not (tmp_path / "models" / INDEX).exists()
    assert len(load_models(str(tmp_path / "models")).areas["toys"].members) == FEW


def test_first_request_opens_the_model_it_asks(ask: Ask) -> None:
    """And says what that took; the next one finds it open."""
    first, second = (ask("POST", "/predict/odd/sum-01", ROW) for _ in range(2))

    assert first.document["predictions"] == second.document["predictions"] == {"sum-01": [{"value": 3.0}]}
    assert first.headers["server-timing"].startswith("load;dur=")
    assert "load" not in second.headers["server-timing"]


def test_what_was_opened_is_counted(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """In the request's line, whatever share of them is printed."""
    ask("POST", "/predict/even", ROW)
    ask("POST", "/predict/even/sum-00", ROW)

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["ModelsOpened"] == [COUNT / 2]
    assert "ModelsOpened" not in second


def test_an_area_is_asked_whole(ask: Ask) -> None:
    """Those of its models that are open already stay so."""
    ask("POST", "/predict/odd/sum-03", ROW)

    assert list(ask("POST", "/predict/odd", ROW).document["predictions"]) == [
        f"sum-{number:02}" for number in range(1, COUNT, 2)
    ]


def test_protocol_finds_a_model_by_its_name(ask: Ask) -> None:
    """Whatever area it is of; being asked whether it is ready makes it so."""
    assert ask("GET", "/v2/models/sum-07/ready").document == {"name": "sum-07", "ready": True}
    assert ask("GET", "/v2/models/sum-08").document["name"] == "sum-08"


@pytest.mark.parametrize(
    "target", ["/predict/none", "/predict/odd/sum-00", "/predict/none/sum-00", "/v2/models/none/infer"]
)
def test_what_there_is_not_is_told_and_opens_nothing(ask: Ask, root: Path, target: str) -> None:
    """As where all models are open."""
    reply = ask("POST", target, ROW)

    assert (reply.status, "load" in reply.headers["server-timing"]) == (404, False)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("few", []),
        ("all", [*range(COUNT)]),
        ("odd", [*range(1, COUNT, 2)]),
        ("even/sum-02, odd/sum-05", [2, 5]),
    ],
)
def test_models_that_are_named_open_at_init(
    root: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, names: list[int]
) -> None:
    """By area or by area and name; no request is told of them."""
    monkeypatch.setenv("MODELS_AT_INIT", wanted)
    registry = load_models(str(root))

    assert sorted(path[-2:] for path in opened(registry)) == [f"{number:02}" for number in names]
    assert registry.opened == []


def test_unknown_name_at_init_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first request."""
    monkeypatch.setenv("MODELS_AT_INIT", "odd,sums")

    with pytest.raises(ModelLoadError, match=r'MODELS_AT_INIT names "sums", which is neither an area nor a model'):
        load_models(str(root))


@pytest.mark.parametrize("kind", ["provisioned-concurrency", "snap-start"])
def test_all_open_at_an_init_that_nobody_waits_for(root: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """It is done before requests come."""
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", kind)

    assert len(opened(load_models(str(root)))) == COUNT


def test_what_was_asked_longest_ago_is_closed_first(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as memory is short, and no more than is needed; what is asked again is opened again."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "90")
    registry = load_models(str(root))
    monkeypatch.setattr(on_demand, "resident_bytes", lambda: (60 + 10 * len(opened(registry))) * MIB)

    for name in ("sum-01", "sum-03", "sum-01", "sum-05"):
        registry.models["odd"][name]

    assert opened(registry) == ["odd/sum-01", "odd/sum-05"]
    assert registry.models["odd"]["sum-03"].model.session.inputs


def test_room_is_made_for_what_trees_take(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than their file's size says, and the index knows how much."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "90")
    index = json.loads((root / INDEX).read_text("utf-8"))
    index["areas"]["odd"]["models"]["sum-05"] |= {"size_bytes": MIB // 2, "growth": 38}
    (root / INDEX).write_text(json.dumps(index), "utf-8")
    registry = load_models(str(root))
    monkeypatch.setattr(on_demand, "resident_bytes", lambda: (50 + 10 * len(opened(registry))) * MIB)
    registry.models["odd"]["sum-01"]

    registry.models["odd"]["sum-05"]

    assert opened(registry) == ["odd/sum-05"]


def test_no_request_fails_for_want_of_memory(root: Path, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every model answers in turn where hardly one of them fits."""
    monkeypatch.setattr(on_demand, "resident_bytes", lambda: 2**40)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1")
    ask = ask_of(root, context)

    for number in range(COUNT):
        area = "even" if number % 2 == 0 else "odd"
        assert ask("POST", f"/predict/{area}/sum-{number:02}", ROW).status == 200
        assert ask("POST", f"/predict/{area}", ROW).status == 200


@pytest.mark.parametrize("target", ["/predict/odd/sum-01", "/predict/odd", "/v2/models/sum-01/infer"])
def test_steps_may_ask_other_models_in_between(
    root: Path, context: Any, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """Also where hardly one fits: a model that a request is about to ask is not closed under it."""
    monkeypatch.setattr(on_demand, "resident_bytes", lambda: 2**40)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1")
    service = Service(str(root.parent / "handler" / "app.py"))
    asked: list[Any] = []

    @service.before
    def ask_another(request: Request) -> Request:
        if not asked:
            asked.append(None)
            asked.append(service({"area": "even", "model": "sum-02", **ROW}, context))
        return request

    tensor = {"name": "features", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}
    body = json.dumps({"inputs": [tensor]} if target.startswith("/v2") else ROW)

    reply = service(event("POST", target, body), context)

    assert (reply["statusCode"], asked[1]["predictions"]) == (200, {"sum-02": [{"value": 3.0}]})


def test_altered_manifest_is_found_when_its_model_is_opened(root: Path) -> None:
    """By the index, which has its digest."""
    manifest = root / "odd" / "sum-01" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8") + "\n", "utf-8")
    registry = load_models(str(root))

    with pytest.raises(ModelLoadError, match=r"manifest\.json: it is not the one that the index was written for\."):
        registry.models["odd"]["sum-01"]


@pytest.mark.parametrize("extra", [True, False])
def test_index_of_other_models_is_refused(root: Path, extra: bool) -> None:
    """At init: of a model that it does not list, and of one that is not there."""
    folder = root / "odd" / ("sum-99" if extra else "sum-01")
    if extra:
        folder.mkdir()
    else:
        folder.rename(root.parent / "gone")

    with pytest.raises(ModelLoadError) as caught:
        load_models(str(root))

    fault = "which it does not list" if extra else "which is not there"
    assert str(caught.value) == (
        f"{root / INDEX}: it was written for other models than {folder}, {fault}; build the package again."
    )


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "areas": {"odd": []}}', '{"format": 2}']
)
def test_index_that_is_none_names_its_file(root: Path, text: str) -> None:
    """Whatever is wrong with it."""
    (root / INDEX).write_text(text, "utf-8")

    with pytest.raises(ModelLoadError, match=r"index\.json: it "):
        load_models(str(root))


def test_catalogue_is_that_of_open_models(root: Path) -> None:
    """Whether models are open or not, without opening one."""
    many = load_models(str(root))
    listed = catalogue(many, {}), catalogue(many, {"view": "names"})
    (root / INDEX).unlink()
    few = load_models(str(root))

    assert listed == (catalogue(few, {}), catalogue(few, {"view": "names"}))
    assert opened(many) == []


def test_most_columns_are_known_without_opening_a_model(root: Path) -> None:
    """By which the size of a body is limited."""
    registry = load_models(str(root))

    assert registry.most_columns == 2
    assert opened(registry) == []
