"""The faults the engine can raise; each class takes data and writes its own sentence."""

from collections.abc import Sequence

SHOWN_CHARACTERS = 40
SHOWN_BITS = 128


class EngineError(Exception):
    """Base of all faults of the engine."""


class LibraryNotFound(EngineError):
    """onnxruntime's C library is in none of the places where the engine looks."""

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(
            "onnxruntime's C library was not found. Set ENGINE_LIBRARY to its path, "
            f"put it into lib/ or install onnxruntime. Looked in: {', '.join(places)}."
        )


class InvalidLibrary(EngineError):
    """The file found is no onnxruntime library that this engine can use."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} is no onnxruntime library that the engine can use: {reason}.")


class InvalidModel(EngineError):
    """The model takes or gives something that the engine does not carry."""

    def __init__(self, part: str, actual: str, expected: str) -> None:
        super().__init__(f"{part} is {actual}; expected {expected}.")


class RuntimeFault(EngineError):
    """onnxruntime refused or failed; the sentence is its own, `code` its OrtErrorCode."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class InvalidInput(EngineError):
    """What the caller passed does not fit the model; C has not seen it."""

    def __init__(self, place: str, actual: str, expected: str) -> None:
        super().__init__(f"{place} is {actual}; expected {expected}.")


class InvalidOutput(EngineError):
    """The model gave strings that are no UTF-8."""

    def __init__(self, name: str) -> None:
        super().__init__(f'Output "{name}" holds a string that is not UTF-8.')


class UnknownName(EngineError):
    """An input or output that the model does not have."""

    def __init__(self, kind: str, name: object, known: Sequence[str]) -> None:
        super().__init__(f"No {kind} {shown(name)}. Available: {', '.join(known)}.")


class MissingInput(EngineError):
    """An input of the model that the caller left out."""

    def __init__(self, name: str) -> None:
        super().__init__(f'Input "{name}" is missing.')


class SessionClosed(EngineError):
    """A session was used after its end."""

    def __init__(self) -> None:
        super().__init__("The session is closed.")


def shown(value: object) -> str:
    """Name one offending value in a sentence: short, printable, never a payload."""
    if isinstance(value, str):
        text = value[:SHOWN_CHARACTERS].encode("utf-8", "backslashreplace").decode()
        return f'"{text}{"..." if len(value) > SHOWN_CHARACTERS else ""}"'
    if value is None or isinstance(value, (bool, float)):
        return str(value)
    if isinstance(value, int):
        bits = value.bit_length()
        return str(int(value)) if bits <= SHOWN_BITS else f"an integer of {bits} bits"
    return f"of type {type(value).__name__}"
