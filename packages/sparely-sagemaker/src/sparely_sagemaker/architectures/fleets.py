"""The endpoint of each architecture, over the archives that `make build` leaves."""

from dataclasses import dataclass
from pathlib import Path

from sparely_sagemaker.runtime.endpoint import Fleet

ADDED = Path(__file__).resolve().parents[1]
BUILT = ADDED / ".build"
ENDPOINT = "local"


@dataclass(frozen=True, slots=True)
class Size:
    """How large an endpoint is: instances, worker processes of each, and MB for models of each or None."""

    instances: int = 1
    workers: int = 2
    model_memory_mb: int | None = None


def multi_model(size: Size) -> Fleet:
    """An endpoint that fetches archives as they are asked for."""
    return Fleet(
        ENDPOINT,
        prefix=BUILT / "archives" / "models",
        instances=size.instances,
        workers=size.workers,
        model_memory_mb=size.model_memory_mb,
    )


def direct(size: Size) -> Fleet:
    """An endpoint with all models of the service from its start."""
    archives = BUILT / "archives"
    return Fleet(
        ENDPOINT,
        prefix=archives,
        archive=archives / "service.tar.gz",
        instances=size.instances,
        workers=size.workers,
    )
