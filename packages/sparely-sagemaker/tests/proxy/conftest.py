"""The thin function's modules, imported with the environment that its template gives it."""

import os

from support.services import MODELS

os.environ.setdefault("ENDPOINT_NAME", "endpoint")
os.environ.setdefault("MODELS_FOLDER", str(MODELS))
