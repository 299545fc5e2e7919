"""`python -m sparely_sagemaker.container serve`: what SageMaker runs in the image."""

import os
import sys
import tempfile
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from sparely_sagemaker.container.application import ONLY
from sparely_sagemaker.container.loaded import CannotLoad, Loaded
from sparely_sagemaker.container.settings import read_settings

# SageMaker sends SIGTERM and, 30 s later, SIGKILL.
# Source: docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
_PATIENCE_S = 25


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM; requests in flight are answered first."""
    if arguments not in ([], ["serve"]):
        print("usage: python -m sparely_sagemaker.container serve", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="container-") as state:
        os.environ["CONTAINER_STATE"] = state
        settings = read_settings(os.environ)
        if settings.models is not None and not _opens(settings.models):
            return 1
        Granian(
            "sparely_sagemaker.container.application:application",
            factory=True,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            loop=Loops.asyncio,
            workers=settings.workers,
            websockets=False,
            log_level=LogLevels(os.environ.get("SERVER_LOG_LEVEL", "warning")),
            workers_kill_timeout=_PATIENCE_S,
            respawn_failed_workers=True,
        ).serve()
    return 0


def _opens(models: Path) -> bool:
    """Open the models once before there are workers: theirs would be started again and again."""
    try:
        Loaded().load(ONLY, str(models))
    except CannotLoad as fault:
        print(fault, file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
