"""The thin function's modules, imported with the environment that its template gives it."""

import os
from pathlib import Path

os.environ.setdefault("ENDPOINT_NAME", "endpoint")
os.environ.setdefault("MODELS_FOLDER", str(Path(__file__).resolve().parents[3] / "src" / "models"))
