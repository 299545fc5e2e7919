"""Also run as programs, such as `python -m tests.fuzz`: those find and set what pytest does from pyproject and conftest."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))

import support.lambda_context  # noqa: F401
