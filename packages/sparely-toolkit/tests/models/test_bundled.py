"""`sparely add-model FILE.zip`: a bundle into a service, without a training library."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sparely import package_size
from sparely.archive import archive_bytes, moved, to_text, versioned, write_archive
from sparely.bundle import GOLDEN, MANIFEST, MODEL, STEPS, read_bundle, sha256
from sparely_toolkit.contract import regenerate
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.services import MODELS
from support.toys import toy_manifest
from tests.models.toy_bundles import Files, toy

pytestmark = pytest.mark.slow


def contents(project: Project) -> Files:
    """Every file of the models' folder."""
    files = (each for each in project.models.rglob("*") if each.is_file())
    return {each.relative_to(project.models).as_posix(): each.read_bytes() for each in files}


def test_bundle_becomes_a_model_with_all_that_follows(project: Project, bundle: Path, sparely: Sparely) -> None:
    """Its files byte for byte; contract, events and README name it."""
    outcome = sparely("add-model", bundle, service=project.root)

    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")
    assert {each.name: each.read_bytes() for each in (project.models / "toys" / "sum").iterdir()} == toy()
    assert outcome.out.splitlines()[1:3] == ["  takes a, b", "  the engine that ships answers its golden rows"]
    assert "curl http://localhost:3000/predict/toys/sum " in outcome.out
    regenerate.check(project)


def test_no_training_library_is_needed(project: Project, bundle: Path) -> None:
    """Nor is NumPy loaded, in the command or where the model is asked."""
    code = (
        "import sys\nfrom importlib.abc import MetaPathFinder\n"
        "class No(MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('numpy', 'sklearn', 'onnx', 'skl2onnx', 'pandas', 'sparely_export'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "from sparely_toolkit.cli.commands import run\n"
        f"sys.exit(run(['--service', {str(project.root)!r}, 'add-model', {str(bundle)!r}]))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    told = [line for line in done.stderr.splitlines() if not line.endswith(" s ...")]  # what a slow machine is at
    assert (done.returncode, told) == (0, [])


def test_area_and_name_can_be_given_anew(project: Project, bundle: Path, sparely: Sparely) -> None:
    """They are counted in the version, as they are where a model is exported under them."""
    outcome = sparely("add-model", bundle, "--area", "games", "--name", "total", service=project.root)

    there = read_bundle(project.models / "games" / "total").manifest
    assert outcome.exit_code == ExitCode.DONE
    assert there.document == json.loads(moved(toy(), "games", "total")[MANIFEST])


def test_units_of_the_areas_other_models_are_taken_over(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """As an export into the service does."""
    write_archive(tmp_path / "sum.zip", toy())
    sparely("add-model", tmp_path / "sum.zip", service=project.root)
    document = json.loads(toy()[MANIFEST])
    features = [{key: value for key, value in each.items() if key != "unit"} for each in document["features"]]
    bare = {**toy(), MANIFEST: to_text(versioned({**document, "features": features}))}
    write_archive(tmp_path / "other.zip", bare)

    outcome = sparely("add-model", tmp_path / "other.zip", "--name", "other", service=project.root)

    there = read_bundle(project.models / "toys" / "other").manifest
    assert outcome.exit_code == ExitCode.DONE
    assert [feature.unit for feature in there.features] == ["m", "m"]
    assert versioned(there.document)["version"] == there.version


STEPS_FILE = b"def present(prediction, row):\n    return {**prediction, 'size': 'big'}\n"


def test_code_in_it_is_said_before_it_runs(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """As opening a pickle says so."""
    files = toy(steps=STEPS_FILE)
    golden = {"instances": [{"a": 1.0, "b": 2.0}], "predictions": [{"value": 3.0, "size": "big"}]}
    pair = {"prepared": [{"a": 1.0, "b": 2.0}], "bare": [{"value": 3.0}]}
    write_archive(tmp_path / "sum.zip", {**files, GOLDEN: to_text(golden | pair)})

    outcome = sparely("add-model", tmp_path / "sum.zip", service=project.root)

    assert outcome.exit_code == ExitCode.DONE
    assert outcome.out.startswith(f"{tmp_path / 'sum.zip'} holds steps.py, which is code: adding it runs it")
    assert (project.models / "toys" / "sum" / STEPS).read_bytes() == STEPS_FILE


@pytest.mark.parametrize("where", ["missing", "another"])
def test_module_that_its_steps_import_must_be_in_the_service(
    project: Project, tmp_path: Path, sparely: Sparely, where: str
) -> None:
    """In the bytes that it was exported with: it is the owner's, and other models may use it."""
    steps = b"import sizes\n\n\n" + STEPS_FILE
    entry = {"sha256": sha256(steps).hexdigest(), "prepare": False, "present": True, "modules": {"sizes.py": "0" * 64}}
    document = {**json.loads(toy(steps=steps)[MANIFEST]), "steps": entry}
    write_archive(tmp_path / "sum.zip", {**toy(steps=steps), MANIFEST: to_text(versioned(document))})
    if where == "another":
        (project.source / "sizes.py").write_text("BIG = 1\n", "utf-8")

    outcome = sparely("add-model", tmp_path / "sum.zip", service=project.root)

    reason = {
        "missing": "its steps.py imports sizes.py, which is not in src/; put it there first.",
        "another": "src/sizes.py is another than the one that its steps.py was exported with.",
    }[where]
    assert (outcome.exit_code, outcome.err) == (
        ExitCode.NO, f"{tmp_path / 'sum.zip'}: {reason} Nothing was written.\n",
    )  # fmt: skip


def of_a_sample() -> Files:
    """A model whose name another area has."""
    files = {each.name: each.read_bytes() for each in (MODELS / "winery" / "alcohol").iterdir()}
    return moved(files, "bar", "alcohol")


def undescribed() -> Files:
    """Without what the catalogue says of it."""
    document = {name: value for name, value in json.loads(toy()[MANIFEST]).items() if name != "description"}
    return {**toy(), MANIFEST: to_text(versioned(document))}


REFUSED = {
    "another answer": (
        archive_bytes(toy(value=4.0)),
        "the engine that ships does not answer its golden rows: POST /predict/{area}/{model}: predictions[0].value is "
        "3.0; expected 4.0. ",
    ),
    "no model": (
        archive_bytes({**toy(), MODEL: b"x", MANIFEST: to_text(versioned(toy_manifest("toys", "sum", b"x", description="")))}),
        "the engine that ships does not answer its golden rows: models/toys/sum/model.onnx: ",
    ),
    "a name that another area has": (
        archive_bytes(of_a_sample()), "winery/alcohol has the same name; model names are unique in a service. "
    ),
    "a manifest without a sentence": (archive_bytes(undescribed()), "its manifest.json lacks 'description'. "),
    "a foreign file": (b"PK", "it is no zip file that can be read, or is cut short (File is not a zip file). "),
    "a name for no route": (archive_bytes(toy(area="../x")), '"../x" is no name for a route; '),
}  # fmt: skip
WRONG_CALLS = ("a name for no route",)
"""Names can be given anew, so one that does not do is the caller's."""


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_pass_is_refused_and_leaves_nothing(
    project: Project, tmp_path: Path, sparely: Sparely, kind: str
) -> None:
    """One sentence, exit code 1, and the models as they were."""
    content, reason = REFUSED[kind]
    (tmp_path / "sum.zip").write_bytes(content)
    before = contents(project)

    outcome = sparely("add-model", tmp_path / "sum.zip", service=project.root)

    assert (outcome.exit_code, outcome.out) == (ExitCode.WRONG_CALL if kind in WRONG_CALLS else ExitCode.NO, "")
    assert outcome.err.startswith(f"{tmp_path / 'sum.zip'}: {reason}")
    assert outcome.err.endswith("Nothing was written.\n")
    assert outcome.err.count("\n") == 1
    assert contents(project) == before


def test_bundle_that_is_not_there_is_a_wrong_call(project: Project, sparely: Sparely) -> None:
    """As any other file of a model is."""
    outcome = sparely("add-model", "nowhere.zip", service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.WRONG_CALL,
        "nowhere.zip: it cannot be read (No such file or directory). Nothing was written.\n",
    )


def test_feature_that_is_something_else_in_the_area_is_refused(
    project: Project, tmp_path: Path, sparely: Sparely
) -> None:
    """An area's models are asked together."""
    write_archive(tmp_path / "sum.zip", toy())
    write_archive(tmp_path / "other.zip", toy(unit="km"))
    sparely("add-model", tmp_path / "sum.zip", service=project.root)

    outcome = sparely("add-model", tmp_path / "other.zip", "--name", "other", service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.NO,
        f'{tmp_path / "other.zip"}: "a" is a number of m in another model of the area "toys" and a number of km here; '
        "rename it, or choose another area. Nothing was written.\n",
    )


def test_options_of_an_export_are_refused(project: Project, bundle: Path, sparely: Sparely) -> None:
    """They would be passed over in silence."""
    outcome = sparely("add-model", bundle, "--target", "y", "--here", service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.WRONG_CALL,
        f"{bundle} was exported already, with all that --target and --here could say: leave out what is neither "
        "--area nor --name, or export it again.\n",
    )


def test_model_that_lambda_would_not_take_is_refused(
    project: Project, bundle: Path, sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an export says it, before anything is asked."""
    monkeypatch.setattr(package_size, "LIMIT_BYTES", package_size.ENGINE_BYTES)

    outcome = sparely("add-model", bundle, service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.NO,
        f"{bundle}: toys/sum: its 0 MB would make the package 26 MB, and Lambda takes 26 MB as a zip. As a container "
        "image it may have 10 GB: `Package: image` under Metadata.Sparely of template.yaml "
        "(`sparely docs large-models`). Nothing was written.\n",
    )


def test_file_that_ends_the_engine_is_refused(
    project: Project, bundle: Path, sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends a process of its own, and the command says so."""
    monkeypatch.setattr("sparely_toolkit.models.bundled.ASKING", "this_module_is_nowhere")

    outcome = sparely("add-model", bundle, service=project.root)

    assert outcome.exit_code == ExitCode.NO
    assert f"{bundle}: the engine that ships ends while it answers its golden rows (" in outcome.err
    assert not (project.models / "toys").exists()


def test_sample_can_be_taken_in_again(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """A model's folder is what a bundle holds: it comes back as it was."""
    folder = project.models / "clinic" / "high-risk"
    files = {each.name: each.read_bytes() for each in folder.iterdir()}
    write_archive(tmp_path / "model.zip", files)
    shutil.rmtree(folder)

    outcome = sparely("add-model", tmp_path / "model.zip", service=project.root)

    assert outcome.exit_code == ExitCode.DONE
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == files
