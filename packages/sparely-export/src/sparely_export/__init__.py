"""
From a fitted model to one that is served: converted to ONNX, compared with its estimator, described for callers.

What these names do not cover may change with any version. They are loaded when they are asked for: the libraries that
convert take seconds, and `--help` needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparely.manifest import Tolerance
    from sparely_export.bundle import Prepared, prepare, write_model
    from sparely_export.candidate import Candidate
    from sparely_export.conversion import ConversionError
    from sparely_export.features import Feature, Instance, Token
    from sparely_export.manifest import Card, DataSource
    from sparely_export.notebook import Report, export
    from sparely_export.parity import ParityError
    from sparely_export.refusals import Refusal
    from sparely_export.rounding import round_parameters

__all__ = [
    "Candidate",
    "Card",
    "ConversionError",
    "DataSource",
    "Feature",
    "Instance",
    "ParityError",
    "Prepared",
    "Refusal",
    "Report",
    "Token",
    "Tolerance",
    "export",
    "prepare",
    "round_parameters",
    "write_model",
]

_PLACES = {
    "Candidate": "sparely_export.candidate",
    "Card": "sparely_export.manifest",
    "ConversionError": "sparely_export.conversion",
    "DataSource": "sparely_export.manifest",
    "Feature": "sparely_export.features",
    "Instance": "sparely_export.features",
    "ParityError": "sparely_export.parity",
    "Prepared": "sparely_export.bundle",
    "Refusal": "sparely_export.refusals",
    "Report": "sparely_export.notebook",
    "Token": "sparely_export.features",
    "Tolerance": "sparely.manifest",
    "export": "sparely_export.notebook",
    "prepare": "sparely_export.bundle",
    "round_parameters": "sparely_export.rounding",
    "write_model": "sparely_export.bundle",
}


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
