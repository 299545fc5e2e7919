"""What other people's code raises while a model is converted, as one sentence that names the step it was at."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any

from sparely_export.converters.registry import NoForm
from sparely_export.steps import walk

LONGEST = 300


def shortened(error: BaseException) -> str:
    """The kind of an error and the first words of what it says, which may go on for pages, without a last period."""
    text = " ".join(str(error).split())
    cut = f"{text[:LONGEST]}..." if len(text) > LONGEST else text.rstrip(".")
    return f"{type(error).__name__}: {cut}" if cut else type(error).__name__


def at_step(error: BaseException, estimator: Any) -> str:
    """The same with the step's name in the pipeline before it, where the error arose in the work on one step."""
    name = step_of(error, estimator)
    if isinstance(error, NoForm):
        return f'step "{name or type(estimator).__name__}" has no ONNX form: {error}'
    return f'at step "{name}": {shortened(error)}' if name else shortened(error)


def step_of(error: BaseException, estimator: Any) -> str | None:
    """
    Return the name of the innermost step that the code which failed was about, None where it was about no single one.

    Converters hold what they convert in a local variable, as it is or as an operator's `raw_operator`.
    """
    names = {id(step): name for name, step in walk(estimator) if step is not estimator}
    found = None
    for value in _locals(error.__traceback__):
        found = names.get(id(value)) or names.get(id(getattr(value, "raw_operator", None))) or found
    return found


def _locals(traceback: TracebackType | None) -> Iterator[Any]:
    """Yield the local variables of the frames that an error passed, the innermost last."""
    while traceback is not None:
        for name, value in traceback.tb_frame.f_locals.items():
            if name in ("operator", "op", "model", "step", "scikit_op", "raw_operator"):
                yield value
        traceback = traceback.tb_next


def where(error: BaseException) -> str:
    """File and line at which an error arose, for a report of it."""
    place = "unknown place"
    traceback = error.__traceback__
    while traceback is not None:
        path = traceback.tb_frame.f_code.co_filename.replace("\\", "/")
        place = f"{'/'.join(path.split('/')[-2:])}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
