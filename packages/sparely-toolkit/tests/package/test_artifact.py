"""What silently rots in a package: contents, sizes, bytecode, architecture, reproducibility."""

import filecmp
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sparely_toolkit.package.build import build, build_batch
from sparely_toolkit.package.bytecode import compiled_path
from sparely_toolkit.package.engine_library import check_elf
from sparely_toolkit.package.measure import weigh
from sparely_toolkit.package.target import Target
from sparely_toolkit.project import Project

LARGEST_ZIP_BYTES = 10_000_000
LARGEST_UNZIPPED_BYTES = 27 * 2**20
FORBIDDEN = (
    "boto3", "botocore", "google", "numpy", "onnx", "onnxruntime", "pandas", "pydantic", "scipy", "sklearn", "sympy",
)  # fmt: skip

Built = tuple[Path, Target]


def run_in(artifact: Path, code: str, *options: str) -> str:
    """Run code as the runtime would: from the artifact alone, without this environment's packages."""
    environment = {"PYTHONPATH": str(artifact), "POWERTOOLS_METRICS_NAMESPACE": "tests"}
    command = [sys.executable, "-S", "-B", *options, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_package_keeps_its_budgets(built: Built) -> None:
    """The zip and what Lambda unpacks stay under their limits."""
    weight = weigh(built[0])

    assert weight.zipped <= LARGEST_ZIP_BYTES
    assert weight.unzipped <= LARGEST_UNZIPPED_BYTES


def test_only_known_parts_ship(built: Built) -> None:
    """A new top-level name in the package is a decision, not an accident."""
    names = {each.name for each in built[0].iterdir()}

    assert names == {
        "aws_lambda_powertools", "handler", "jmespath", "lib", "licenses", "models", "sparely", "typing_extensions.py",
        "NOTICE", "__pycache__", "sbom.cdx.json",
    }  # fmt: skip


# Loaded where a model has steps, or the service has steps or routes of its own.
OF_OWN_CODE = {"sparely.exchange", "sparely.handler.own_routes", "sparely.handler.steps", "sparely.steps"}

# Loaded by the first event that is no gateway's.
OF_OTHER_EVENTS = {f"sparely.handler.{name}" for name in ("direct", "other_events", "paths", "queue", "warm_up")}
# Loaded where a model's manifest names values that the estimator refuses.
OF_REFUSALS = {"sparely.handler.accepted"}
# Loaded by the first table, where it has to know what callers get, and where the service has steps of its own.
OF_TABLES = {"sparely.golden", "sparely.batch.own_steps"}
# Loaded by GET /models, and where there are more models than are opened at init.
OF_MANY = {"sparely.handler.catalogue", "sparely.handler.on_demand", "sparely.index"}
# Loaded where Lambda takes a snapshot.
OF_SNAPSHOTS = {"sparely.handler.snapshot"}
LOADED_WHEN_NEEDED = OF_OWN_CODE | OF_OTHER_EVENTS | OF_REFUSALS | OF_TABLES | OF_MANY | OF_SNAPSHOTS


def test_every_module_of_ours_that_ships_is_loaded(built: Built) -> None:
    """What no start loads has no reason to be in the package; what owners' code wants is loaded with it alone."""
    artifact, target = built
    if not target.is_this_machine:
        pytest.skip(f"{target.architecture} code does not run on this machine")
    files = (file.relative_to(artifact).with_suffix("") for file in (artifact / "sparely").rglob("*.py"))
    shipped = {".".join(part for part in file.parts if part != "__init__") for file in files}

    names = "print(json.dumps(list(sys.modules)))"
    requests = json.loads(run_in(artifact, f"import json, sys, handler.app; {names}"))
    tables = json.loads(run_in(artifact, f"import json, sys, sparely.batch.aws.app; {names}"))

    assert shipped - {*requests, *tables} == LOADED_WHEN_NEEDED
    assert [name for name in requests if name.startswith("sparely.batch")] == []


def test_nothing_heavy_is_imported_where_requests_are_served(built: Built) -> None:
    """Data-frame, array and model-making libraries are neither in the package nor among the loaded modules."""
    artifact, target = built
    if not target.is_this_machine:
        pytest.skip(f"{target.architecture} code does not run on this machine")

    loaded = json.loads(run_in(artifact, "import json, sys, handler.app; print(json.dumps(list(sys.modules)))"))

    assert {name.partition(".")[0] for name in loaded}.isdisjoint(set(FORBIDDEN) - {"botocore"})
    assert not [name for name in FORBIDDEN if (artifact / name).exists()]


def test_every_library_is_of_the_target_architecture(built: Built) -> None:
    """The only machine code is the engine, and it is for the right processor."""
    artifact, target = built
    libraries = [each for each in artifact.rglob("*") if each.is_file() and each.read_bytes()[:4] == b"\x7fELF"]

    assert [each.name for each in libraries] == ["libonnxruntime.so.1.27.0"]
    check_elf(libraries[0], target)


def test_every_module_ships_bytecode_that_is_never_checked(built: Built) -> None:
    """SAM's zip has no times to check and /var/task cannot be written: PEP 552 flags 0b01."""
    modules = list(built[0].rglob("*.py"))

    for module in modules:
        compiled = compiled_path(module).read_bytes()
        assert compiled[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(compiled[4:8], "little") == 0b01
    assert len(modules) > 20


def test_bytecode_is_used(built: Built) -> None:
    """No module of the package is compiled at a cold start; `-v` would say `code object from` its source."""
    artifact, target = built
    if not target.is_this_machine:
        pytest.skip(f"{target.architecture} code does not run on this machine")
    environment = {"PYTHONPATH": str(artifact), "POWERTOOLS_METRICS_NAMESPACE": "tests"}

    told = subprocess.run(
        [sys.executable, "-S", "-B", "-v", "-c", "import handler.app"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stderr

    ours = [line for line in told.splitlines() if line.startswith(f"# code object from '{artifact}")]
    assert [line for line in ours if not line.endswith(".pyc'")] == []
    assert len(ours) > 20


def test_a_failure_is_logged_with_its_traceback(built: Built, project: Project) -> None:
    """What is loaded by the first failure only is in the package too."""
    artifact, target = built
    if not target.is_this_machine:
        pytest.skip(f"{target.architecture} code does not run on this machine")
    code = (
        "import handler.app, json, types; context = types.SimpleNamespace(aws_request_id='17')\n"
        "handler.app.service.before(lambda request: {}['nothing'])\n"
        f"handler.app.lambda_handler(json.loads({(project.events / 'models.json').read_text('utf-8')!r}), context)"
    )

    line = json.loads(run_in(artifact, code).splitlines()[0])

    assert line["message"] == "The service's own code failed"
    assert "KeyError" in line["exception"]


def test_tables_are_scored_by_the_same_package(built: Built, tmp_path: Path, project: Project, cache: Path) -> None:
    """File by file, so that its zip is uploaded once."""
    artifact, target = built

    build_batch(project, tmp_path / "batch", target, cache)

    assert _different(artifact, tmp_path / "batch") == []


def test_two_builds_are_byte_equal(built: Built, tmp_path: Path, project: Project, cache: Path) -> None:
    """The same inputs give the same files, so an unchanged rebuild publishes nothing."""
    artifact, target = built

    build(project, tmp_path / "again", target, cache)

    assert _different(artifact, tmp_path / "again") == []


def _different(one: Path, other: Path) -> list[str]:
    """Files that are in one alone, or not the same in both."""
    first, second = (
        {each.relative_to(root): each for each in root.rglob("*") if each.is_file()} for root in (one, other)
    )
    alone = first.keys() ^ second.keys()
    changed = [
        name for name in first.keys() & second.keys() if not filecmp.cmp(first[name], second[name], shallow=False)
    ]
    return sorted(map(str, [*alone, *changed]))
