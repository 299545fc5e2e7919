"""Rows through the models, each as a request of it alone."""

import json
import socket
import socketserver
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sparely import Answer, Request, Service
from sparely.agreement import agrees
from sparely.batch.flat import columns_of
from sparely.batch.scorer import Refused, Scorer
from sparely.bundle import read_bundles
from sparely.handler.errors import UnknownArea, UnknownModel
from sparely.kinds import flattened
from support.servers import answering
from support.services import MODELS, TEMPLATE
from support.stepped import PRESENT, STEPS, put_stepped

BUNDLES = {bundle.path: bundle for bundle in read_bundles(MODELS)}
STEPPED_COLUMNS = {"stepped": ("value", "rule.capped")}


class Call:
    """Lambda's context."""

    aws_request_id = "1"


@pytest.fixture(scope="module")
def samples() -> Service:
    """The service of the sample models."""
    return Service(str(TEMPLATE / "src" / "handler" / "app.py"))


def stepped(root: Path, code: str = STEPS) -> Service:
    """The service of the model with steps alone."""
    put_stepped(root / "models", code=code)
    return Service(str(root / "handler" / "app.py"))


def asked_alone(service: Service, area: str, model: str, instance: Any) -> Any:
    """What the API says of one row: the flat prediction, or the places of its faults with their sentences."""
    document = service({"area": area, "model": model, "instances": [instance]}, Call)
    if "predictions" in document:
        return dict(flattened(document["predictions"][model][0]))
    return [(each["pointer"], each["detail"]) for each in document.get("errors", [])] or document["detail"]


def scored(scorer: Scorer, instances: Sequence[Any]) -> list[Any]:
    """The same of many rows at once."""
    return [
        [tuple(fault) for fault in answer.faults]
        if isinstance(answer, Refused)
        else dict(zip(scorer.columns, answer, strict=True))
        for answer in scorer.score(instances)
    ]


@pytest.mark.parametrize("path", BUNDLES)
def test_golden_rows_get_their_predictions(samples: Service, path: str) -> None:
    """Of every model, in a table of their places."""
    bundle = BUNDLES[path]
    scorer = Scorer(samples, bundle.area, bundle.name)

    answers = scored(scorer, bundle.instances)

    assert scorer.columns == columns_of(bundle.predictions)
    assert agrees([dict(flattened(row)) for row in bundle.predictions], answers, bundle.manifest.tolerance)


@pytest.mark.parametrize("path", BUNDLES)
def test_each_bad_row_is_refused_as_the_api_refuses_it(samples: Service, path: str) -> None:
    """And the good ones beside it are answered."""
    bundle = BUNDLES[path]
    good = dict(bundle.instances[0])
    first = next(iter(good))
    bad: list[Any] = [
        {},
        {**good, first: []},
        {**good, "stranger": 1},
        {**good, first: 1e300},
        dict.fromkeys(good),
        "text",
        None,
        [1],
    ]
    rows = [row for each in bad for row in (good, each)] + [good] * 20

    answers = scored(Scorer(samples, bundle.area, bundle.name), rows)

    alone = [asked_alone(samples, bundle.area, bundle.name, row) for row in rows]
    assert [each for each in answers if isinstance(each, list)] == [each for each in alone if isinstance(each, list)]
    assert [isinstance(each, list) for each in answers] == [False, True] * len(bad) + [False] * 20


def test_an_area_is_asked_with_all_of_its_models(samples: Service) -> None:
    """Each model's columns bear its name."""
    members = [bundle for bundle in BUNDLES.values() if bundle.area == "winery"]
    rows = [{name: value for bundle in members for name, value in bundle.instances[0].items()}]
    scorer = Scorer(samples, "winery")
    document = samples({"area": "winery", "instances": rows}, Call)

    (answer,) = scored(scorer, rows)

    assert set(scorer.versions) == set(document["predictions"])
    assert answer == {
        place: value for name, (row,) in document["predictions"].items() for place, value in flattened({name: row})
    }


@pytest.mark.parametrize(("area", "model", "problem"), [("no", "", UnknownArea), ("winery", "no", UnknownModel)])
def test_unknown_models_are_refused(samples: Service, area: str, model: str, problem: type[Exception]) -> None:
    """In the contract's words."""
    with pytest.raises(problem):
        Scorer(samples, area, model)


def test_no_rows_are_no_answers(samples: Service) -> None:
    """Of an empty table."""
    assert Scorer(samples, "winery", "cultivar").score([]) == []


def test_a_models_steps_are_taken_row_by_row(tmp_path: Path) -> None:
    """What they refuse is told of its row alone."""
    service = stepped(tmp_path)
    rows = [{"size": size, "count": count} for size, count in ((1.5, 4), (2000, 1), (0.5, None), (1e4, 2), (1, 5.0))]

    answers = scored(Scorer(service, "toys", "stepped", STEPPED_COLUMNS), rows)

    assert answers == [asked_alone(service, "toys", "stepped", row) for row in rows]
    assert answers[1] == [("/instances/0/size", "instances[0].size: nothing is that large.")]


def test_a_step_that_fails_on_a_row_says_how(tmp_path: Path) -> None:
    """There is no log under a request's id to look into."""
    service = stepped(
        tmp_path, STEPS.replace('if row["size"] > 1000:', 'if row["size"] == 3:\n        1 / 0\n    if 0:')
    )

    answers = scored(Scorer(service, "toys", "stepped", STEPPED_COLUMNS), [{"size": size} for size in (1, 3, 2)])

    assert [type(each) for each in answers] == [dict, list, dict]
    assert answers[1] == [("", 'Model "stepped" failed: ZeroDivisionError: division by zero.')]


def test_a_step_that_calls_out_costs_the_rows_that_get_no_answer(tmp_path: Path) -> None:
    """Those for which the other side answers have theirs; for the others it is said why not."""
    server = socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler)
    with answering(server), socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        ports = {1: server.server_address[1], 2: taken.getsockname()[1]}
        call = f'__import__("socket").create_connection(("127.0.0.1", {ports}[row["size"]])).close()\n    if 0:'
        service = stepped(tmp_path, STEPS.replace('if row["size"] > 1000:', call))
        scorer = Scorer(service, "toys", "stepped", STEPPED_COLUMNS)

        answers = scored(scorer, [{"size": size} for size in (1, 2, 1)])

    assert [type(each) for each in answers] == [dict, list, dict]
    ((place, sentence),) = answers[1]
    assert place == ""
    assert sentence.startswith('Model "stepped" failed: ConnectionRefusedError: ')


def test_a_member_that_no_golden_row_has_is_told(tmp_path: Path) -> None:
    """A table cannot grow columns half-way."""
    service = stepped(
        tmp_path,
        STEPS.replace(PRESENT, PRESENT.replace('"rule": {', '**({"odd": 1} if row["size"] == 3 else {}), "rule": {')),
    )

    answers = scored(Scorer(service, "toys", "stepped", STEPPED_COLUMNS), [{"size": 1}, {"size": 3}])

    assert answers[1] == [("", 'The prediction has a member "odd" that no golden row of the model has.')]
    assert answers[0]["value"] == 2.0


def test_the_services_own_steps_are_taken(tmp_path: Path) -> None:
    """As a direct call takes them."""
    service = stepped(tmp_path)

    @service.before
    def small(request: Request) -> Request | Answer:
        if any(each["size"] == 7 for each in request.document["instances"]):
            return Answer({"detail": "Seven is not for sale."}, status=409)
        return request

    @service.after
    def doubled(request: Request, answer: Answer) -> Answer:
        rows: Mapping[str, Any] = answer.document["predictions"]
        changed = {name: [{**row, "value": 2 * row["value"]} for row in of] for name, of in rows.items()}
        return answer._replace(document={**answer.document, "predictions": changed})

    rows = [{"size": size} for size in (1, 7, 2)]
    answers = scored(Scorer(service, "toys", "stepped", STEPPED_COLUMNS), rows)

    assert answers[0]["value"] == 4.0
    assert answers[1] == [("", "Seven is not for sale.")]
    assert answers[2]["value"] == 8.0


def test_an_answer_of_own_steps_without_predictions_is_told(tmp_path: Path) -> None:
    """Of its row alone."""
    service = stepped(tmp_path)
    service.after(lambda request, answer: Answer({"hello": 1}))

    assert scored(Scorer(service, "toys", "stepped", STEPPED_COLUMNS), [{"size": 1}]) == [
        [("", "The service's own steps give no predictions.")]
    ]


def test_places_that_a_prediction_lacks_are_null(tmp_path: Path) -> None:
    """A golden row may have a member that others have not."""
    service = stepped(tmp_path)

    (answer,) = Scorer(service, "toys", "stepped", {"stepped": ("value", "rule.capped", "reason")}).score([{"size": 1}])

    assert json.dumps(answer) == "[2.0, false, null]"
