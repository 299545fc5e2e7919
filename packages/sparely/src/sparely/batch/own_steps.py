"""Rows through a service that has steps of its own: as a direct call has them; loaded where there are some."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sparely.handler.errors import Fault, ServiceError
from sparely.kinds import Prediction

if TYPE_CHECKING:
    from sparely.service import Service


class _Call:
    """Lambda's context, as far as the service looks at it."""

    aws_request_id = "score"


class Answered(ServiceError):
    """The service answered with something else than predictions."""

    def __init__(self, document: Any) -> None:
        problem: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
        errors = [each for each in problem.get("errors", ()) if isinstance(each, Mapping)]
        faults = [Fault(str(each.get("pointer", "")), str(each.get("detail", ""))) for each in errors]
        super().__init__(str(problem.get("detail", "The service's own steps give no predictions.")), faults)


def ask(
    service: "Service", area: str, model: str, instances: Sequence[Mapping[str, Any]]
) -> dict[str, list[Prediction]]:
    """
    What callers get for n instances in one call, by model.

    Raises:
        Answered: it is a fault, or there is not a prediction for each instance.
    """
    call = {"area": area, **({"model": model} if model else {}), "instances": [*instances]}
    document = service(call, _Call)
    predictions = document.get("predictions") if isinstance(document, Mapping) else None
    if (
        not isinstance(predictions, Mapping)
        or document.get("errors")
        or not all(isinstance(each, list) and len(each) == len(instances) for each in predictions.values())
    ):
        raise Answered(document)
    return {**predictions}
