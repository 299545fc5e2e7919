"""What is made anew from the models after one is added: sample events, the contract, README's table."""

import os
import subprocess
import sys
from dataclasses import dataclass

from sparely_export.options import PROJECT

FILES = {"local.sample_events": "events/", "contract": "openapi.yaml", "training.readme": "README.md"}
"""By the command that makes them."""

AGAIN = (
    "The model {path} was written and is served, but not all that follows from it could be made. "
    "Mend the cause and run: make contract"
)


@dataclass(frozen=True, slots=True)
class Derived:
    """One of these files, and why it was not made, if so; what this service has no command for is no problem."""

    made: str
    absent: str = ""
    problem: str = ""

    def __str__(self) -> str:
        reason = f"there is no {self.absent} here" if self.absent else self.problem
        return f"{self.made} was not made anew: {reason}" if reason else f"{self.made} made anew"


def derive() -> list[Derived]:
    """Make anew what follows from the models."""
    return [_made(module, made) for module, made in FILES.items()]


def _made(module: str, made: str) -> Derived:
    place = PROJECT / module.replace(".", "/")
    if not place.with_suffix(".py").exists() and not place.is_dir():
        return Derived(made, absent=module)
    path = os.pathsep.join([str(PROJECT / "src"), str(PROJECT)])
    environment = {**os.environ, "PYTHONPATH": path, "POWERTOOLS_METRICS_NAMESPACE": "contract"}
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return Derived(made)
    return Derived(made, problem=(done.stderr.strip().splitlines() or ["no message"])[-1])
