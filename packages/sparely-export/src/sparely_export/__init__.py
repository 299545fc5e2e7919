"""
From a fitted model to one that is served: converted to ONNX, compared with its estimator, described for callers.

What these names do not cover may change with any version.
"""

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
