"""The three architectures on this machine, each behind a URL."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.compare.contestants import DIRECT, LAMBDA, MULTI_MODEL, serving
from support.api import Api

pytest.register_assert_rewrite("support.answering", "support.triton")

ARCHITECTURES = {each.key: each for each in (LAMBDA, DIRECT, MULTI_MODEL)}


@pytest.fixture(scope="session")
def serve(built: AddOn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Api]]:
    """Start an architecture when it is first asked for, and keep it until the tests end."""
    running: dict[str, Api] = {}
    with contextlib.ExitStack() as stack:

        def get(name: str) -> Api:
            if name not in running:
                log = tmp_path_factory.mktemp(name) / "log"
                running[name] = Api(stack.enter_context(serving(ARCHITECTURES[name], built.project, log)).url)
            return running[name]

        yield get


@pytest.fixture(scope="module", params=sorted(ARCHITECTURES))
def api(request: pytest.FixtureRequest, serve: Callable[[str], Api]) -> Api:
    """One of the architectures."""
    return serve(request.param)
