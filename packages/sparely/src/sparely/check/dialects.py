"""The two ways to ask a model for predictions, each with what it must answer: its steps stand between them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sparely.agreement import answer_differences, differences
from sparely.bundle import Bundle
from sparely.check.events import CHECK, event
from sparely.check.inference import Untranslatable, from_infer_response, to_infer_request
from sparely.check.target import Reply
from sparely.golden import CallersAnswer
from sparely.record import Record

RECORDS, TENSORS = "/predict/{area}/{model}", "/v2/models/{model}/infer"
OK = 200
# Of one model's wrong predictions only the first are named.
SHOWN_DIFFERENCES = 3
SERVER_FAULT = 500
MEANT = "/v2 is right, so the code around the model changes that: if it is meant, run `make golden`"

Judge = Callable[[int, Any], Iterator[str]]
"""Says what is wrong with an answer, by its status and its body."""


class Question(Record):
    """
    A request for golden rows of a model, and what is right for it.

    `route` is the path's template, `parameters` what stands in it.
    """

    route: str
    parameters: Mapping[str, str]
    document: Any
    judge: Judge

    @property
    def path(self) -> str:
        """The path as it is asked for."""
        path = self.route
        for name, value in self.parameters.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def event(self, *, payload: str, agent: str = CHECK) -> dict[str, Any]:
        """The request as API Gateway hands it over."""
        return event(self.route, self.parameters, self.document, payload=payload, agent=agent)


Asked = tuple[Question, Reply]


def wrong_answers(model: Bundle, ask: Callable[[Question], Reply]) -> list[str]:
    """
    Ask a model for its golden rows in both dialects, and say what is wrong with the answers, each with its route.

    Where what callers get is wrong and the bare model is right, the sentence names `make golden`.
    """
    return what_is_wrong([(question, ask(question)) for question in questions(model)])


def questions(model: Bundle) -> list[Question]:
    """All that a model is asked; what tells most comes first: what callers get, then the bare model."""
    first, *others = record_questions(model)
    return [first, tensor_question(model), *others]


def what_is_wrong(replies: Sequence[Asked]) -> list[str]:
    """Judge one model's answers, of as many of its questions as were asked."""
    asked = {route: [each for each in replies if each[0].route == route] for route in (RECORDS, TENSORS)}
    (records, failed), (tensors, _) = _wrong(asked[RECORDS]), _wrong(asked[TENSORS])
    if records and not failed and asked[TENSORS] and not tensors:
        records[0] = f"{records[0]}; {MEANT}"
    return [f"POST {route}: {each}" for route, said in ((RECORDS, records), (TENSORS, tensors)) for each in said]


def _wrong(replies: Sequence[Asked]) -> tuple[list[str], bool]:
    """What is wrong with the answers, and whether a version failed to give one."""
    wrong: list[str] = []
    failed = False
    for question, reply in replies:
        failed |= bool(reply.fault) or reply.status >= SERVER_FAULT
        wrong += [reply.fault] if reply.fault else question.judge(reply.status, reply.document)
    more = len(wrong) - SHOWN_DIFFERENCES
    return ([*wrong[:SHOWN_DIFFERENCES], f"and {more} more differences"] if more > 0 else wrong), failed


def record_questions(model: Bundle) -> list[Question]:
    """All golden rows at /predict, in one request; each in its own where the service's own steps change some."""
    if not model.answers:
        expected = CallersAnswer(OK, {"predictions": {model.name: model.predictions}})
        return [record_question(model, model.instances, expected)]
    return [
        record_question(model, [instance], model.answer(row), f"row {row}: ")
        for row, instance in enumerate(model.instances)
    ]


def record_question(
    model: Bundle, instances: Sequence[Mapping[str, Any]], expected: CallersAnswer, place: str = ""
) -> Question:
    """
    Some rows at /predict.

    Args:
        place: begins each sentence on what is wrong.
    """

    def judge(status: int, document: Any) -> Iterator[str]:
        versions = document.get("versions") if isinstance(document, Mapping) else None
        version = versions.get(model.name) if isinstance(versions, Mapping) else model.version
        if status == OK and version != model.version:
            yield f"{place}version {version} answers; expected {model.version}"
        tolerances = {model.name: model.manifest.tolerance}
        yield from (f"{place}{each}" for each in answer_differences(expected, status, document, tolerances))

    parameters = {"area": model.area, "model": model.name}
    return Question(RECORDS, parameters, {"instances": list(instances)}, judge)


def tensor_question(model: Bundle) -> Question:
    """All golden rows in tensors, which the bare model takes: no step has a say here."""

    def judge(status: int, document: Any) -> Iterator[str]:
        if status != OK:
            detail = document.get("detail", "") if isinstance(document, Mapping) else ""
            yield f"status {status}: {str(detail)[:200]}"
            return
        try:
            predictions = from_infer_response(model, document)
        except Untranslatable as error:
            yield str(error)
            return
        version = str(document.get("model_version"))
        if version != model.version:
            yield f"version {version} answers; expected {model.version}"
        yield from differences(model.bare, predictions, model.manifest.tolerance)

    return Question(TENSORS, {"model": model.name}, to_infer_request(model), judge)


def good_question(model: Bundle) -> Question:
    """The golden rows that callers get a 200 for, in one request: what a latency is measured with."""
    rows = [instance for row, instance in enumerate(model.instances) if model.answer(row).status == OK]
    return record_question(model, rows, CallersAnswer(OK, None)) if rows else tensor_question(model)
