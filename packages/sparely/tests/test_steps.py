"""steps.py is loaded as its manifest says, or not at all."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sparely.bundle import ModelLoadError, sha256
from sparely.manifest import StepsFile, parse_manifest
from sparely.steps import Refused, load_steps
from support.toys import toy_manifest

CODE = "def prepare(row):\n    return row\n"


def refusal(folder: Path, code: str | None, **changes: Any) -> str:
    """The sentence with which a steps.py does not load, without the folder."""
    steps = {"sha256": sha256((code or "").encode()).hexdigest(), "prepare": True, "present": False, **changes}
    document = toy_manifest("toys", "sum", b"", steps=steps)
    manifest = parse_manifest(json.dumps({**document, "prepared": document["features"]}))
    if code is not None:
        (folder / "steps.py").write_text(code, "utf-8")
    with pytest.raises(ModelLoadError) as caught:
        load_steps(str(folder), manifest)
    return str(caught.value).removeprefix(f"{folder}/")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the system's reason."""
    assert refusal(tmp_path, None) == "steps.py: it cannot be read (No such file or directory)."


def test_an_altered_file_is_named(tmp_path: Path) -> None:
    """It would give other answers than the golden ones."""
    assert refusal(tmp_path, CODE, sha256="0") == (
        "steps.py: it has changed since manifest.json was written; run `make golden`."
    )


def test_a_file_that_nothing_names_is_refused(tmp_path: Path) -> None:
    """An owner would think that it runs."""
    (tmp_path / "steps.py").write_text(CODE, "utf-8")
    manifest = parse_manifest(json.dumps(toy_manifest("toys", "sum", b"")))

    with pytest.raises(ModelLoadError) as caught:
        load_steps(str(tmp_path), manifest)

    assert str(caught.value).endswith(
        'steps.py: manifest.json has no "steps", so nothing would call it; run `make golden`.'
    )


@pytest.mark.parametrize(
    ("code", "changes", "sentence"),
    [
        ("x = 1", {}, "it has neither prepare(row) nor present(prediction, row)."),
        ("prepare = 5", {}, "its prepare is no function."),
        (CODE, {"prepare": False}, "it has a function prepare, which manifest.json does not name."),
        (CODE, {"present": True}, "it has no function present, which manifest.json names."),
        ("prepare(", {}, "it cannot be imported (SyntaxError: '(' was never closed (steps.py, line 1))."),
        ("1 / 0", {}, "it cannot be imported (ZeroDivisionError: division by zero)."),
        ("import sys\nsys.exit(0)", {}, "it cannot be imported (SystemExit: 0)."),
        (
            "import dateful.parser",
            {},
            'it imports "dateful", which does not ship; '
            "add it to requirements/lambda.in and run make lock, or put the module into src/.",
        ),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, code: str, changes: dict[str, Any], sentence: str) -> None:
    """Each stops the load with the file, and leaves no half of a module behind."""
    assert refusal(tmp_path, code, **changes) == f"steps.py: {sentence}"
    if "import" in sentence:
        assert "models.toys.sum.steps" not in sys.modules


def test_a_manifest_names_both_kinds_of_features() -> None:
    """The caller's, and those of the row that the estimator was fitted on, which are the inputs'."""
    document = toy_manifest("toys", "sum", b"")
    raw = [{**document["features"][0], "name": "raw"}]
    steps = {"sha256": "0", "prepare": True, "present": False}

    manifest = parse_manifest(
        json.dumps({**document, "features": raw, "prepared": document["features"], "steps": steps})
    )

    assert manifest.steps == StepsFile("0", prepare=True, present=False, modules={})
    assert [feature.name for feature in manifest.features] == ["raw"]
    assert [feature.name for feature in manifest.prepared] == ["a", "b"]


@pytest.mark.parametrize("steps", [None, {"sha256": "0", "prepare": False, "present": True}])
def test_without_prepare_the_estimator_takes_the_callers_row(steps: dict[str, Any] | None) -> None:
    """As in every manifest of before."""
    document = toy_manifest("toys", "sum", b"")
    manifest = parse_manifest(json.dumps({**document, "steps": steps} if steps else document))

    assert manifest.prepared is manifest.features


def test_an_input_of_a_raw_feature_is_refused() -> None:
    """The graph takes what `prepare` made."""
    document = toy_manifest("toys", "sum", b"", steps={"sha256": "0", "prepare": True, "present": False})

    with pytest.raises(ValueError, match=r'^an input takes "b", which is not a prepared feature\.$'):
        parse_manifest(json.dumps({**document, "prepared": document["features"][:1]}))


def test_a_refusal_is_asked_for_by_name() -> None:
    """As an owner's steps import it."""
    import sparely

    assert sparely.Refused is Refused
    assert str(Refused("customer is unknown", feature="customer_id")) == "customer is unknown"


def test_an_altered_module_that_steps_import_is_named(tmp_path: Path) -> None:
    """It would give other answers under the version's name."""
    folder = tmp_path / "models" / "toys" / "sum"
    folder.mkdir(parents=True)
    (tmp_path / "pricing").mkdir()
    (tmp_path / "pricing" / "rules.py").write_text("FACTOR = 3\n", "utf-8")

    sentence = refusal(folder, CODE, modules={"pricing/rules.py": "0"})

    assert sentence == (
        f"{tmp_path}/pricing/rules.py: it has changed since manifest.json was written; run `make golden`."
    )
