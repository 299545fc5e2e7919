"""Who is measured, and how each is packaged: the choices of a competent user, nobody handicapped."""

from dataclasses import dataclass
from typing import Literal

Models = Literal["none", "onnx", "joblib", "joblib-by-position"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """
    One function.

    Args:
        folder: its code and requirements in benchmarks/contestants/; for the service itself none.
        bytecode: whether valid bytecode ships; plain `sam build` makes none.
        same_handler: whether it takes over the service's handler, with all of sparely but the engine.
        pruned: whether what `import onnxruntime` does not need is left out.
        image: packaged as a container image, so no zip and no limit of 250 MB.
        note: what a reader must know to judge the figures.
    """

    key: str
    title: str
    note: str
    folder: str | None = None
    handler: str = "handler.lambda_handler"
    models: Models = "none"
    same_handler: bool = False
    bytecode: bool = False
    pruned: bool = False
    image: bool = False

    @property
    def predicts(self) -> bool:
        return self.folder is None or self.models != "none"


SERVICE = Contestant(
    key="service",
    title="this service",
    note="as `make build` packages it: validation, one log and metrics line a request, bytecode",
    handler="handler.app.lambda_handler",
    bytecode=True,
)
EMPTY = Contestant(
    key="empty", title="empty handler (floor)", note="emulator, runtime client and interpreter alone", folder="empty"
)
IMPORT_ONNXRUNTIME = Contestant(
    key="import-onnxruntime",
    title="only `import onnxruntime` (floor)",
    note="the Python module and numpy, pruned by hand, with bytecode; serves nothing",
    folder="import_onnxruntime",
    bytecode=True,
    pruned=True,
)
ONNXRUNTIME_MODULE = Contestant(
    key="onnxruntime-module",
    title="same handler, onnxruntime module + numpy",
    note="as plain `sam build` packages it: nothing pruned, no bytecode",
    folder="onnxruntime_module",
    handler="handler.app.lambda_handler",
    models="onnx",
    same_handler=True,
)
FASTAPI = Contestant(
    key="fastapi-mangum",
    title="FastAPI + Mangum + onnxruntime",
    note="with bytecode, which plain `sam build` would not give it; no log line, no metrics",
    folder="fastapi_mangum",
    models="onnx",
    bytecode=True,
)
SKLEARN_IMAGE = Contestant(
    key="sklearn-image",
    title="scikit-learn + joblib, container image",
    note="the idea of AWS' scikit-learn template; bytecode as pip leaves it; no validation, log line or metrics",
    folder="sklearn_image",
    models="joblib-by-position",
    bytecode=True,
    image=True,
)
PANDAS = Contestant(
    key="pandas-joblib",
    title="scikit-learn + pandas + joblib",
    note="with bytecode; no validation, log line or metrics; too large for a zip, so an image or a mount",
    folder="pandas_joblib",
    models="joblib",
    bytecode=True,
)
PANDAS_PLAIN = Contestant(
    key="pandas-joblib-plain",
    title="scikit-learn + pandas + joblib, no bytecode",
    note="the same without bytecode, as plain `sam build` leaves it",
    folder="pandas_joblib",
    models="joblib",
)
CONTESTANTS = (
    SERVICE,
    ONNXRUNTIME_MODULE,
    FASTAPI,
    SKLEARN_IMAGE,
    PANDAS,
    PANDAS_PLAIN,
    IMPORT_ONNXRUNTIME,
    EMPTY,
)
