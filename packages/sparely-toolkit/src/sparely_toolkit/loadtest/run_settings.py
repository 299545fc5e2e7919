"""What a run is told: passed from the command to Locust's processes, which start anew, in one variable."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sparely_toolkit.loadtest.shapes import Shape, Stage

VARIABLE = "LOADTEST_RUN"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Shape, models to ask for, what the API asks for, and where the distribution of response times goes."""

    shape: Shape
    models: Path
    authorization: str
    distribution: Path
    seed: int | None = None

    def to_environment(self) -> dict[str, str]:
        document = {
            **asdict(self),
            "models": str(self.models.absolute()),
            "distribution": str(self.distribution.absolute()),
        }
        return {VARIABLE: json.dumps(document)}

    @classmethod
    def from_environment(cls) -> "RunSettings":
        document = json.loads(os.environ[VARIABLE])
        shape = document["shape"]
        return cls(
            shape=Shape(shape["name"], tuple(Stage(**stage) for stage in shape["stages"]), shape["users"]),
            models=Path(document["models"]),
            authorization=document["authorization"],
            distribution=Path(document["distribution"]),
            seed=document["seed"],
        )
