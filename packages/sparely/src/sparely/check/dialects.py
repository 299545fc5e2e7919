"""The two ways to ask a model for predictions, each with what it must answer: its steps stand between them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparely.bundle import Bundle
from sparely.check.events import event
from sparely.check.inference import Untranslatable, from_infer_response, to_infer_request
from sparely.kinds import Prediction


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    A route that predicts: how a model is asked, and where version and predictions stand in the answer.

    `expected` are the golden predictions of this route: what callers get, or what the bare model says.
    """

    route: str
    request: Callable[[Bundle], Any]
    read: Callable[[Bundle, Any], tuple[str, list[Prediction]]]
    expected: Callable[[Bundle], Sequence[Mapping[str, Any]]]

    def event(self, model: Bundle, *, payload: str) -> dict[str, Any]:
        """The request of all golden rows, as API Gateway hands it over."""
        parameters: Mapping[str, str] = {"area": model.area, "model": model.name}
        named = {name: value for name, value in parameters.items() if f"{{{name}}}" in self.route}
        return event(self.route, named, self.request(model), payload=payload)


def _records(model: Bundle) -> Any:
    return {"instances": list(model.instances)}


def _read_records(model: Bundle, document: Any) -> tuple[str, list[Prediction]]:
    try:
        return document["versions"][model.name], list(document["predictions"][model.name])
    except (KeyError, TypeError) as error:
        raise Untranslatable(f"the answer has no predictions: {type(error).__name__}: {error}") from error


def _read_tensors(model: Bundle, document: Any) -> tuple[str, list[Prediction]]:
    predictions = from_infer_response(model, document)
    return str(document.get("model_version")), predictions


DIALECTS = (
    Dialect("/predict/{area}/{model}", _records, _read_records, lambda model: model.predictions),
    Dialect("/v2/models/{model}/infer", to_infer_request, _read_tensors, lambda model: model.bare),
)
