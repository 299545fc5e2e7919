"""What is loaded, and from where, when the package lies in what Lambda gets."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from sparely.engine.library import installed_library
from support.services import MODELS, TEMPLATE

SOURCE = Path(__file__).resolve().parents[1] / "src"
INSTALLED = sysconfig.get_path("purelib")
# Each takes milliseconds or megabytes at init, and no good request needs it.
HEAVY = {
    "_hashlib", "_ssl", "asyncio", "boto3", "concurrent", "dataclasses", "email", "hashlib", "http", "logging",
    "multiprocessing", "numpy", "onnxruntime", "pathlib", "random", "secrets", "socket", "ssl", "subprocess", "tempfile",
    "typing_extensions", "urllib", "uuid",
}  # fmt: skip


def run_python(program: str, *paths: Path | str, python: str = sys.executable) -> str:
    """What a program prints in an interpreter that sees these paths alone, as the runtime's does."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "POWERTOOLS_METRICS_NAMESPACE": "Predictions",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(
        [python, "-S", "-B", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """The package beside lib/ and models/, as `sam build` leaves it."""
    shutil.copytree(SOURCE / "sparely", tmp_path / "sparely", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(MODELS, tmp_path / "models")
    library = Path(installed_library())
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / library.name).symlink_to(library)
    return tmp_path


def test_the_engine_is_found_beside_the_package(artifact: Path) -> None:
    """Not in an onnxruntime that is installed too."""
    program = "from sparely.engine.library import installed_library; print(installed_library())"

    assert Path(run_python(program, artifact, INSTALLED)).parent == artifact / "lib"


def test_the_check_finds_what_models_must_answer_beside_the_package(artifact: Path) -> None:
    """Where the build puts manifests and golden rows."""
    program = "from sparely.check.app import MODELS; print(MODELS)"

    assert run_python(program, artifact, INSTALLED) == str(artifact / "models")


def test_init_loads_nothing_heavy() -> None:
    """Neither numpy nor OpenSSL, and beside what Powertools' Metrics loads by itself only what a request needs."""
    program = (
        "import sys, aws_lambda_powertools.metrics; own = set(sys.modules); from sparely import Service; "
        f"Service({str(TEMPLATE / 'src/handler/app.py')!r}); print(*set(sys.modules) - own)"
    )

    loaded = {name.partition(".")[0] for name in run_python(program, SOURCE, INSTALLED).split()}

    assert "sparely" in loaded
    assert loaded & HEAVY == set()


def test_init_searches_for_no_garbage() -> None:
    """Neither while modules are loaded nor while models are opened; all of it stays."""
    program = (
        "import gc, sparely; searches = []; gc.callbacks.append(lambda phase, _: searches.append(phase)); "
        f"from sparely import Service; Service({str(TEMPLATE / 'src/handler/app.py')!r}); "
        "gc.callbacks.pop(); print(len(searches), gc.isenabled())"
    )

    assert run_python(program, SOURCE, INSTALLED) == "0 True"


def test_a_service_without_own_code_loads_nothing_for_it() -> None:
    """Neither for steps of models nor for steps and routes of the service."""
    program = (
        f"import sys; from sparely import Service; Service({str(TEMPLATE / 'src/handler/app.py')!r}); "
        "print(*(name for name in sys.modules if name.startswith('sparely.')))"
    )

    loaded = run_python(program, SOURCE, INSTALLED).split()

    own = {"sparely.steps", "sparely.exchange", "sparely.handler.steps", "sparely.handler.own_routes"}
    assert own & {*loaded} == set()
    assert [name for name in loaded if name.startswith("sparely.batch")] == []


def test_what_scores_objects_starts_without_what_only_an_event_needs() -> None:
    """Neither boto3, which the runtime has, nor numpy, which does not ship."""
    program = "import sys, sparely.batch.aws.app; print(*sys.modules)"

    loaded = run_python(program, SOURCE, INSTALLED).split()

    assert "sparely.batch.aws.app" in loaded
    assert {"boto3", "botocore.client", "numpy", "pandas", "pyarrow"} & {*loaded} == set()


def test_a_gateways_request_loads_nothing_for_other_ways_in() -> None:
    """Neither for direct calls and queues nor to find a route that the gateway has found."""
    http = {"http": {"method": "GET"}}
    event = {"routeKey": "GET /models", "rawPath": "/models", "version": "2.0", "requestContext": http}
    program = (
        "import sys, types; from sparely import Service; "
        f"service = Service({str(TEMPLATE / 'src/handler/app.py')!r}); "
        f"assert service({event!r}, types.SimpleNamespace(aws_request_id='1'))['statusCode'] == 200; "
        "print(*(name for name in sys.modules if name.startswith('sparely.')))"
    )

    loaded = run_python(program, SOURCE, INSTALLED).split()

    other = {f"sparely.handler.{name}" for name in ("other_events", "direct", "queue", "paths", "warm_up")}
    assert "sparely.handler.request" in loaded
    assert other & {*loaded} == set()
    assert [name for name in loaded if name.startswith("sparely.batch")] == []


def test_the_check_loads_no_engine() -> None:
    """It asks a version from outside, and trusts nothing of what it asks."""
    program = "import sys, sparely.check.app; print(*(name for name in sys.modules if name.startswith('sparely.')))"

    parts = {name.split(".")[1] for name in run_python(program, SOURCE, INSTALLED).split()}

    assert parts == {"agreement", "bundle", "check", "golden", "kinds", "manifest", "record"}


def test_a_name_that_the_package_has_not_is_refused() -> None:
    """As by every module."""
    import sparely

    with pytest.raises(AttributeError, match=r"^module 'sparely' has no attribute 'Servise'$"):
        _ = sparely.Servise


@pytest.mark.skipif(not shutil.which("python3.11"), reason="Python 3.11 is not installed")
def test_all_of_it_runs_on_the_oldest_python() -> None:
    """Python 3.11 is the newest there is to emulate an arm64 package with, and what models may be fitted under."""
    program = (
        "import importlib, pkgutil, sparely; "
        "names = [each.name for each in pkgutil.walk_packages(sparely.__path__, 'sparely.')]; "
        "[importlib.import_module(name) for name in names]; "
        f"service = sparely.Service({str(TEMPLATE / 'src/handler/app.py')!r}); print(len(service.registry.models))"
    )

    areas = run_python(program, SOURCE, INSTALLED, python="python3.11")

    assert areas == str(len([folder for folder in MODELS.iterdir() if folder.is_dir()]))
