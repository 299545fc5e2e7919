"""A model with an owner's steps: described by the raw rows, held against the estimator, and hashed with its code."""

import json
import re
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from sparely.bundle import read_bundle
from sparely.handler.registry import load_models
from sparely_export.__main__ import main
from sparely_export.add_model import add
from sparely_export.options import parse

RAW = pd.DataFrame(
    [{"size": size / 4, "word": word, "left": size / 2 + len(word or "")} for size in range(12) for word in ("x", None)]
)
PREPARED = pd.DataFrame({"a": RAW["size"] * 2, "b": RAW["word"].fillna("").str.len()})
PREPARE = 'def prepare(row):\n    return {"a": row["size"] * 2, "b": len(row["word"] or "")}\n'
PRESENT = 'def present(prediction, row):\n    return {**prediction, "value": min(prediction["value"], 4.0)}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A service's folder with the raw rows, the prepared rows, and a regressor of a + b that was fitted on those."""
    joblib.dump(LinearRegression().fit(PREPARED, RAW["left"]), tmp_path / "model.joblib")
    RAW.to_csv(tmp_path / "raw.csv", index=False)
    PREPARED.to_csv(tmp_path / "prepared.csv", index=False)
    (tmp_path / "src" / "models").mkdir(parents=True)
    return tmp_path


def arguments(folder: Path, code: str, *more: str, data: str = "raw.csv") -> list[str]:
    (folder / "steps.py").write_text(code, "utf-8")
    options = ["--area", "toys", "--name", "stepped", "--target", "left", *more]
    files = {"--data": data, "--models": "src/models", "--steps": "steps.py"}
    paths = [word for option, name in files.items() for word in (option, str(folder / name))]
    return [str(folder / "model.joblib"), *options, *paths]


def exported(folder: Path, code: str, *more: str, data: str = "raw.csv") -> dict[str, Any]:
    """Export with this steps.py; the manifest."""
    add(parse(arguments(folder, code, *more, data=data)))
    manifest: dict[str, Any] = json.loads((folder / "src/models/toys/stepped/manifest.json").read_text("utf-8"))
    return manifest


def refusal(folder: Path, code: str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What an export says on stderr of this steps.py, without its progress; nothing is written."""
    assert main(arguments(folder, code, *more)) == 1
    assert not (folder / "src/models/toys").exists()
    lines = capsys.readouterr().err.splitlines()
    return "\n".join(line for line in lines if not line.endswith(" ...") and "is a pickle" not in line).replace(
        f"{folder}/", ""
    )


def test_callers_are_told_of_the_raw_features(folder: Path) -> None:
    """With what the data hold of them; the estimator's own stand beside."""
    manifest = exported(folder, PREPARE + PRESENT, "--unit", "size=m")

    assert [(each["name"], each["type"], each["null"]) for each in manifest["features"]] == [
        ("size", "number", "refused"),
        ("word", "string", "none"),
    ]
    assert manifest["features"][0]["unit"] == "m"
    assert manifest["features"][0]["maximum"] == 2.75
    assert [each["name"] for each in manifest["prepared"]] == ["a", "b"]
    assert (manifest["steps"]["prepare"], manifest["steps"]["present"]) == (True, True)


def test_golden_rows_have_both_oracles(folder: Path) -> None:
    """What callers send and get, what the estimator takes and says; and the service loads what was written."""
    exported(folder, PREPARE + PRESENT)

    model = read_bundle(folder / "src/models/toys/stepped")

    assert load_models(str(folder / "src/models")).areas.keys() == {"toys"}
    assert any(row["word"] is None for row in model.instances)
    assert None not in model.instances[0].values()
    for row, prediction, prepared, bare in zip(
        model.instances, model.predictions, model.prepared, model.bare, strict=True
    ):
        assert prepared == {"a": row["size"] * 2, "b": len(row["word"] or "")}
        assert bare["value"] == pytest.approx(prepared["a"] + prepared["b"])
        assert prediction["value"] == pytest.approx(min(bare["value"], 4.0))


def test_present_alone_leaves_the_features_as_they_are(folder: Path) -> None:
    """The estimator takes what callers send."""
    pd.concat([PREPARED, RAW["left"]], axis=1).assign(other=1).to_csv(folder / "both.csv", index=False)

    manifest = exported(folder, PRESENT, data="both.csv")

    assert [each["name"] for each in manifest["features"]] == ["a", "b"]
    assert "prepared" not in manifest


def test_the_codes_bytes_are_in_the_version(folder: Path) -> None:
    """And those of the owner's modules that it imports."""
    (folder / "src" / "lengths_of_words.py").write_text("ADDED = 0\n", "utf-8")
    code = f"import lengths_of_words\n{PREPARE}"
    first = exported(folder, PREPARE)
    again, commented, importing = exported(folder, PREPARE), exported(folder, f"# a\n{PREPARE}"), exported(folder, code)

    assert first["version"] == again["version"]
    assert len({each["version"] for each in (first, commented, importing)}) == 3
    assert list(importing["steps"]["modules"]) == ["lengths_of_words.py"]


def test_a_wrong_prepare_is_refused_with_the_row_and_both_answers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The estimator is asked its own rows, the service the raw ones."""
    wrong = PREPARE.replace('row["word"] or ""', 'row["word"] or "none"')

    said = refusal(folder, wrong, capsys, "--prepared", str(folder / "prepared.csv")).splitlines()

    assert said[0] == (
        "toys/stepped: the service of raw rows and the estimator disagree on 12 of 24 rows. Nothing was written."
    )
    assert said[1].startswith('  row 2 ({"size": 0, "word": null}): the service\'s[0].value is ')
    assert "; expected " in said[1]
    assert said[-1] == "  and 9 more."


def test_a_right_prepare_agrees_with_the_rows_of_the_fit(folder: Path) -> None:
    """Within the tolerance of every export."""
    assert exported(folder, PREPARE, "--prepared", str(folder / "prepared.csv"))["steps"]["prepare"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "def prepare(row):\n    return {'a': 1, 'b': len(row['word'])}",
            'steps.py: prepare fails on row 2 of the data, {"size": 0, "word": null}: '
            "TypeError: object of type 'NoneType' has no len(). Nothing was written.",
        ),
        (
            "def prepare(row):\n    return [1]",
            "steps.py: prepare gives a list for row 1 of the data; expected a dict. Nothing was written.",
        ),
        (
            "import random\n\ndef prepare(row):\n    return {'a': random.random(), 'b': 1}",
            "steps.py: prepare gives something else when row 1 of the data comes again, as by a clock or by chance; "
            "expected the same each time. Nothing was written.",
        ),
        (
            f"import numpy\n{PREPARE.replace('* 2', '* numpy.float64(2)')}",
            "steps.py: the service answers its rows with 500: prepare returned a row whose a is of type float64; "
            "expected a number. Nothing was written.",
        ),
        (
            f"from .lengths import length\n{PREPARE}",
            "steps.py: it has a relative import; modules lie in src/ and are imported by their names, as from there. "
            "Nothing was written.",
        ),
        (
            f"import os\nopen(os.path.join(os.path.dirname(__file__), 'raw.csv')).close()\n{PREPARE}",
            "steps.py: where it ships, it cannot be imported (FileNotFoundError: [Errno 2] No such file or directory: "
            "'src/models/toys/stepped/raw.csv'). Nothing was written.",
        ),
        (
            "def prepare(row):\n    raise ValueError('zu groß')",
            'steps.py: prepare fails on row 1 of the data, {"size": 0, "word": "x"}: ValueError: zu groß. '
            "Nothing was written.",
        ),
        (
            "import sys\n\ndef prepare(row):\n    sys.exit(0)",
            'steps.py: prepare fails on row 1 of the data, {"size": 0, "word": "x"}: SystemExit: 0. '
            "Nothing was written.",
        ),
        (
            "def prepare(row:\n    pass",
            "steps.py: it cannot be imported (SyntaxError: '(' was never closed (steps.py, line 1)). Nothing was written.",
        ),
        (
            "x = 1",
            "steps.py: it has neither prepare(row) nor present(prediction, row). Nothing was written.",
        ),
    ],
)
def test_steps_that_cannot_be_run_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], code: str, sentence: str
) -> None:
    """With the row that shows it."""
    assert refusal(folder, code, capsys) == sentence


def test_prepared_rows_that_the_estimator_does_not_take_are_told_as_such(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whose rows they are, and not that raw rows should be as in training."""
    empty = 'def prepare(row):\n    return {"a": row["size"] * 2, "b": "x"}\n'
    PREPARED.assign(b="x").to_csv(folder / "words.csv", index=False)

    made = refusal(folder, empty, capsys)
    given = refusal(folder, PREPARE, capsys, "--prepared", str(folder / "words.csv"))
    lacking = refusal(folder, 'def prepare(row):\n    return {"a": row["size"]}\n', capsys)

    row = "the estimator does not answer row 1 of the data, where column \"b\" holds 'x' ("
    assert made.startswith(f"steps.py: of the rows that prepare makes: {row}")
    assert made.endswith("). prepare has to give each row as the model met it in training. Nothing was written.")
    assert given.startswith(f"words.csv: {row}")
    assert given.endswith(
        "). Expected the rows that the model was fitted on, one for each raw row. Nothing was written."
    )
    assert lacking == (
        'steps.py: of the rows that prepare makes: the rows have no column "b"; the estimator was fitted on it. '
        "prepare has to give each row as the model met it in training. Nothing was written."
    )


def test_the_time_of_steps_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a part of a row's."""
    assert main(arguments(folder, PREPARE + PRESENT)) == 0

    assert re.search(
        r"answers one row in \S+ ms with the engine that ships, \S+ ms for prepare and \S+ ms for present among it",
        capsys.readouterr().out,
    )


def test_a_slow_step_is_refused_before_all_rows_are_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how long it takes, and what would be quick."""
    told = refusal(folder, f"import time\n{PREPARE.replace('return', 'time.sleep(0.003); return')}", capsys,
                   "--most-row-ms", "1")  # fmt: skip

    assert re.fullmatch(
        r"steps\.py: prepare takes \S+ ms a row; 1 ms are allowed for the model and its steps together, for every "
        r"request waits for them\. Nothing was written\. What is the same for every row belongs to the top of the file, "
        r"a look-up into @service\.before; --most-row-ms \d+ takes it as it is\.",
        told,
    )


def test_a_row_of_the_data_that_prepare_refuses_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the sentence that callers would get."""
    code = 'from sparely.steps import Refused\n\n\ndef prepare(row):\n    raise Refused("no size")\n'

    told = refusal(folder, code, capsys)

    assert "prepare refuses row 1 of the data, {" in told
    assert "no size" in told


def test_prepared_rows_are_as_many_as_the_raw_ones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both numbers are told."""
    PREPARED[:5].to_csv(folder / "few.csv", index=False)

    told = refusal(folder, PREPARE, capsys, "--prepared", str(folder / "few.csv"))

    assert "the prepared rows are 5, the raw rows 24; give one for each, in order." in told
