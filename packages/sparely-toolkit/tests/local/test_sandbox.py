"""What the function sees of this machine."""

import platform
from pathlib import Path

import pytest

from sparely_toolkit.local import sandbox
from sparely_toolkit.problems import Problem
from tests.local.conftest import ARCHITECTURE, RUNTIME, Build, Serve
from tests.local.serving import Served


@pytest.fixture
def client(tmp_path: Path) -> Path:
    folder = tmp_path / "client"
    folder.mkdir()
    return folder


def test_function_sees_lambdas_variables(serve: Serve) -> None:
    """The variables that Lambda defines are there, and the template's."""
    environ = serve().order("seen").json["environ"]

    assert environ["_HANDLER"] == "app.handler"
    assert environ["AWS_LAMBDA_FUNCTION_NAME"] == "tests-EchoFunction"
    assert environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environ["AWS_REGION"] == "eu-west-1"
    assert environ["AWS_EXECUTION_ENV"] == f"AWS_Lambda_{RUNTIME}"
    assert (environ["STACK"], environ["LIMIT"]) == ("tests", "256")


def test_function_sees_nothing_of_the_users_shell(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither credentials nor other variables of the shell reach the function."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("MY_SETTING", "1")

    environ = serve().order("seen").json["environ"]

    assert not {"AWS_ACCESS_KEY_ID", "MY_SETTING", "HOME", "VIRTUAL_ENV"} & environ.keys()


def test_function_runs_in_the_artifact(serve: Serve) -> None:
    """The working folder and LAMBDA_TASK_ROOT are the artifact."""
    served = serve()
    artifact = str(served.service.deployment.function.artifact)

    seen = served.order("seen").json

    assert (seen["folder"], seen["environ"]["LAMBDA_TASK_ROOT"]) == (artifact, artifact)


@pytest.mark.parametrize(("module", "found"), [("pytest", False), ("aiohttp", False), ("awslambdaric", True)])
def test_packages_of_this_environment_are_out_of_sight(serve: Serve, module: str, found: bool) -> None:
    """A package that is installed here and not in the artifact is not found, the runtime client excepted."""
    served: Served = serve()

    assert served.order("can_import", name=module).json is found


def test_artifact_is_not_written_to(serve: Serve) -> None:
    """No bytecode is left in the artifact."""
    served = serve()

    served.order("who")

    assert [path.name for path in served.service.deployment.function.artifact.iterdir()] == ["app.py"]


def test_other_python_is_refused(build: Build, client: Path) -> None:
    """A runtime that is not this Python's version stops the start with a sentence."""
    deployment = build(runtime="python3.9")

    with pytest.raises(Problem) as problem:
        sandbox.prepare(deployment.function, "1", client)

    assert str(problem.value) == (
        f"template.yaml says Runtime: python3.9, and this is {RUNTIME}. "
        "The artifact's bytecode and packages fit python3.9 alone: run this with python3.9."
    )


def test_artifact_of_this_architecture_brings_its_engine(build: Build, client: Path) -> None:
    """On the artifact's own architecture nothing is said and nothing is set."""
    prepared = sandbox.prepare(build().function, "1", client)

    assert "ENGINE_LIBRARY" not in prepared.variables
    assert prepared.notices == ()


def test_artifact_of_another_architecture_borrows_an_engine(build: Build, client: Path) -> None:
    """Elsewhere the engine of the installed wheel takes the place of the artifact's, and a line says so."""
    other = "arm64" if ARCHITECTURE == "x86_64" else "x86_64"

    prepared = sandbox.prepare(build(architecture=other).function, "1", client)

    library = prepared.variables["ENGINE_LIBRARY"]
    assert Path(library).is_file()
    assert prepared.notices == (
        f"The artifact is made for Linux on {other}, this is {platform.system()} on {ARCHITECTURE}: "
        f"the engine comes from {library}.",
    )


def test_missing_artifact_is_named(build: Build, client: Path) -> None:
    """A template without its folder stops the start with a sentence."""
    deployment = build()
    (deployment.function.artifact / "app.py").unlink()
    deployment.function.artifact.rmdir()

    with pytest.raises(Problem) as problem:
        sandbox.prepare(deployment.function, "1", client)

    artifact = deployment.function.artifact
    assert str(problem.value) == f"{artifact}: no such folder; `sparely build` makes it."
