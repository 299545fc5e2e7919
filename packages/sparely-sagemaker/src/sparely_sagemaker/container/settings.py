"""What SageMaker and the image tell the container by its environment."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sparely_sagemaker.container.memory import container_bytes

MIB = 2**20
# Source: docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
DEFAULT_PORT = 8080
MODEL = Path("/opt/ml/model")
_SHARE_FOR_MODELS = 0.7


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How to serve.

    Attributes:
        models: the folder of the one archive of a single-model endpoint; None where models come and go.
        model_memory: bytes that all loaded models of all workers may take together.
        state: a folder that the workers share.
    """

    port: int
    workers: int
    models: Path | None
    model_memory: int
    state: Path
    host: str = "0.0.0.0"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """
    Read the environment.

    SAGEMAKER_BIND_TO_PORT and SAGEMAKER_MULTI_MODEL are SageMaker's own; MODEL_SERVER_WORKERS and
    MODEL_MEMORY_MB, both optional, are this image's.
    """
    multi_model = environ.get("SAGEMAKER_MULTI_MODEL", "false").lower() == "true"
    memory_mb = environ.get("MODEL_MEMORY_MB")
    return Settings(
        port=int(environ.get("SAGEMAKER_BIND_TO_PORT", DEFAULT_PORT)),
        workers=int(environ.get("MODEL_SERVER_WORKERS", processors())),
        models=None if multi_model else Path(environ.get("MODEL_FOLDER", MODEL)),
        model_memory=int(memory_mb) * MIB if memory_mb else int(container_bytes() * _SHARE_FOR_MODELS),
        state=Path(environ["CONTAINER_STATE"]),
        host=environ.get("CONTAINER_HOST", "0.0.0.0"),
    )


def processors() -> int:
    """Those that this process may use, as far as the system tells them apart from what it has."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
