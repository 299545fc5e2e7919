"""The fixtures of a service's own tests; pytest loads this by itself, and it does nothing outside of a service."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from sparely_toolkit.project import NoProject, Project

if TYPE_CHECKING:
    from sparely.bundle import Bundle
    from sparely_toolkit.local.serving import LocalServer
    from sparely_toolkit.testing.asking import Ask, Invoke
    from sparely_toolkit.testing.samples import Area, SampleEvent


def pytest_configure(config: pytest.Config) -> None:
    """Give the fixtures of the service that the tests are in."""
    try:
        project = Project.find(config.rootpath)
    except NoProject:
        return
    from sparely.bundle import ModelLoadError

    try:
        config.pluginmanager.register(fixtures(project), "sparely-service")
    except ModelLoadError as error:
        raise pytest.UsageError(str(error)) from None


def fixtures(service_project: Project) -> ModuleType:
    """
    The fixtures, over what the service holds now, in a module as pytest takes them from.

    Raises:
        ModelLoadError: a model's files cannot be read.
    """
    from sparely_toolkit.testing import samples

    found = samples.models(service_project.models)

    @pytest.fixture(scope="session")
    def project() -> Project:
        """Where things of the service are."""
        return service_project

    @pytest.fixture(scope="session")
    def artifact() -> Path:
        """The function's built package."""
        from sparely_toolkit.names import FUNCTION
        from sparely_toolkit.package.sam_build import ensure_built

        ensure_built(service_project)
        return service_project.built / FUNCTION

    @pytest.fixture(scope="session")
    def service(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["LocalServer"]:
        """The built package behind the local API, until the run ends."""
        from sparely_toolkit.local.serving import serving

        log = tmp_path_factory.mktemp("service") / "log"
        with serving(service_project.built_template, log, "--no-auth", "--golden", project=service_project) as server:
            yield server

    @pytest.fixture(scope="session")
    def ask(service: "LocalServer") -> "Ask":
        """Send one request: method, path, and a document if so."""
        from sparely_toolkit.testing.asking import sender

        return sender(service.url)

    @pytest.fixture(scope="session")
    def invoke(ask: "Ask") -> "Invoke":
        """Hand the function one event."""
        from sparely_toolkit.names import FUNCTION
        from sparely_toolkit.testing.asking import invoker

        return invoker(ask, FUNCTION)

    @pytest.fixture(params=found, ids=lambda model: model.path)
    def golden(request: pytest.FixtureRequest) -> "Bundle":
        """One model with its golden rows."""
        model: Bundle = request.param
        return model

    @pytest.fixture(params=samples.areas(found), ids=str)
    def area(request: pytest.FixtureRequest) -> "Area":
        """One area with rows for all of its models."""
        each: Area = request.param
        return each

    @pytest.fixture(params=samples.events(service_project.events), ids=str)
    def event(request: pytest.FixtureRequest) -> "SampleEvent":
        """One file of events/."""
        each: SampleEvent = request.param
        return each

    module = ModuleType(f"{__name__}.fixtures")
    for fixture in (project, artifact, service, ask, invoke, golden, area, event):
        setattr(module, fixture.__name__, fixture)
    return module
