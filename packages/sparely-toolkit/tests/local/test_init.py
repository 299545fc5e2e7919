"""Inits that fail, fail once or hang."""

import shutil
from pathlib import Path

from tests.local.conftest import Serve
from tests.local.serving import FAILED


def test_failed_init_is_tried_once_more(serve: Serve) -> None:
    """A function that cannot be imported fails its request after two inits, and the log shows why, twice."""
    served = serve(handler="import no_such_package\n")

    answer = served.ask("GET", "/models")

    assert (answer.status, answer.body) == FAILED
    assert served.log.count("Unable to import module 'app': No module named 'no_such_package'") == 2
    assert "Phase: init\tStatus: error\tError Type: Runtime.ImportModuleError" in served.log
    assert "Phase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError" in served.log


def test_an_artifact_that_is_gone_is_named(serve: Serve) -> None:
    """A build may have taken it away while it was served; the client sees that the function failed."""
    served = serve()
    artifact = served.service.deployment.function.artifact
    shutil.rmtree(artifact)

    answer = served.ask("GET", "/models")

    assert (answer.status, answer.body) == FAILED
    assert f"{artifact}: no such folder; `sparely build` makes it.\n" in served.log


def test_second_init_may_succeed(serve: Serve, tmp_path: Path) -> None:
    """An init that fails once costs no request: the second one counts as part of the invocation."""
    mark = tmp_path / "tried"
    served = serve(handler=FLAKY.format(mark=str(mark)))

    answer = served.ask("GET", "/models")

    assert answer.status == 200
    assert "Phase: init\tStatus: error\tError Type: Runtime.ExitError" in served.log
    assert "Init Duration" not in served.log.splitlines()[-1]


FLAKY = """
import os
from pathlib import Path
mark = Path({mark!r})
if not mark.exists():
    mark.touch()
    os._exit(7)
def handler(event, context):
    return {{"statusCode": 200}}
"""


def test_init_that_hangs_ends_with_the_functions_timeout(serve: Serve) -> None:
    """An init has its limit, its second try the function's timeout; then the request fails."""
    served = serve(handler="import time\ntime.sleep(60)\n", timeout_s=1, init_limit_s=0.3)

    answer = served.ask("GET", "/models")

    assert (answer.status, answer.body) == FAILED
    assert "Phase: init\tStatus: timeout" in served.log
    assert "Phase: invoke\tStatus: timeout" in served.log
