"""
What an owner changes by the documentation, and the service's own checks and tests, which stay green.

Settings are changed by their page, in tests/deployment/test_settings.py; own code by its pages, in tests/test_how_to.py.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import TEMPLATE, Bake, Equip, files, run, user_environment

Change = Callable[[Path], Path | None]

FIT = """\
import joblib
import pandas
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

rows = range(200)
frame = pandas.DataFrame({{
    "minutes": [(7 * row % 41) / 4 for row in rows],
    "orders": [row % 13 for row in rows],
    "member": [row % 3 == 0 for row in rows],
    "plan": [("free", "team", "firm")[row % 5 % 3] for row in rows],
}})[{columns}]
left = pandas.Series([int(row % 13 < 4) for row in rows], name="left")
words = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["plan"]), remainder="passthrough")
model = LogisticRegression(max_iter=5000)
joblib.dump((make_pipeline(words, model) if "plan" in frame else model).fit(frame, left), "fitted.joblib")
frame.assign(left=left).to_csv("rows.csv", index=False)
"""
NUMBERS, MIXED = ["minutes", "orders"], ["minutes", "orders", "member", "plan"]
SAMPLES = {"clinic": ("high-risk", "progression"), "winery": ("alcohol", "cultivar")}


@pytest.fixture
def service(bake: Bake, equip: Equip, caches: Path) -> Path:
    """The default service with its environments, which it shares with the others here."""
    root = bake()
    equip(root)
    (caches / "export").mkdir(exist_ok=True)
    (root / ".venv-export").symlink_to(caches / "export")
    return root


def make(service: Path, caches: Path, *arguments: str) -> str:
    """Run one of the service's targets."""
    kept = {"MYPY_CACHE_DIR": str(caches / "mypy"), "RUFF_CACHE_DIR": str(caches / "ruff")}
    return run("make", "--no-print-directory", *arguments, cwd=service, environment={**user_environment(), **kept})


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file.name} has {text.count(old)} of {old!r}"
    file.write_text(text.replace(old, new), "utf-8")


def fitted(service: Path, name: str, columns: list[str]) -> Path:
    """The folder of a model of these columns, and of its rows."""
    folder = service.parent / name
    folder.mkdir()
    subprocess.run([sys.executable, "-c", FIT.format(columns=columns)], cwd=folder, check=True)
    return folder


def add_model(service: Path, name: str, columns: list[str]) -> None:
    """Fit a model and add it by the documented command."""
    folder = fitted(service, name, columns)
    run(
        *("make", "add-model", f"MODEL={folder / 'fitted.joblib'}", "AREA=shop", f"NAME={name}"),
        *(f"DATA={folder / 'rows.csv'}", "ARGS=--target left"),
        cwd=service,
    )


def a_model(service: Path) -> None:
    """A model of numbers, whose target has a variable of its own."""
    folder = fitted(service, "churn", NUMBERS)
    run(
        *("make", "add-model", f"MODEL={folder / 'fitted.joblib'}", "AREA=shop", "NAME=churn"),
        *(f"DATA={folder / 'rows.csv'}", "TARGET=left"),
        cwd=service,
    )
    manifest = json.loads((service / "src" / "models" / "shop" / "churn" / "manifest.json").read_text("utf-8"))
    assert "accuracy" in manifest["metrics"]


def a_model_of_every_kind_of_column(service: Path) -> None:
    """Integers, booleans and words among the numbers."""
    add_model(service, "leaving", MIXED)


def own_models_alone(service: Path) -> None:
    """All samples are removed, with what fits them; one own model is left, of every kind of column."""
    add_model(service, "leaving", MIXED)
    for area in SAMPLES:
        run("make", "remove-model", f"AREA={area}", cwd=service)
    for script in (service / "training").glob("*.py"):
        script.unlink()


def a_single_sample(service: Path) -> None:
    """One of the four is left."""
    run("make", "remove-model", "AREA=clinic", cwd=service)
    run("make", "remove-model", "AREA=winery", "NAME=alcohol", cwd=service)


def a_dependency(service: Path) -> None:
    """A line in lambda.in, locked, and imported where requests come in."""
    with (service / "requirements" / "lambda.in").open("a") as listed:
        listed.write("python-slugify\n")
    run("make", "lock", cwd=service)
    handler = service / "src" / "handler" / "app.py"
    edit(handler, "from sparely import Service\n", "import slugify\nfrom sparely import Service\n")
    with handler.open("a") as code:
        code.write('NAME = slugify.slugify("My service")\n')


def another_name(service: Path) -> Path:
    """The service is called otherwise: its folder, its stacks, and in its contract."""
    edit(service / "template.yaml", '    Name: "Prediction Service"', "    Name: Churn")
    stages = service / "samconfig.toml"
    stages.write_text(stages.read_text("utf-8").replace("prediction-service", "churn"), "utf-8")
    edit(service / "pyproject.toml", 'name = "prediction-service"', 'name = "churn"')
    run("make", "contract", cwd=service)
    return service.rename(service.with_name("churn"))


def a_dependency_and_another_name(service: Path) -> Path:
    """Both, for each is one of the long tests by itself."""
    a_dependency(service)
    return another_name(service)


CHANGES: list[Change] = [own_models_alone, a_dependency_and_another_name]
BY_THEMSELVES: list[Change] = [
    a_model,
    a_model_of_every_kind_of_column,
    a_single_sample,
    a_dependency,
    another_name,
]
"""What is among the others too, with something else."""


@pytest.mark.parametrize(
    "change",
    [*CHANGES, *(pytest.param(each, marks=pytest.mark.soak) for each in BY_THEMSELVES)],
    ids=lambda change: change.__name__,
)
def test_a_services_own_tests_stay_green(service: Path, caches: Path, change: Change) -> None:
    """Its checks too: whatever the owner has, they are about that."""
    service = change(service) or service

    checked = make(service, caches, "check")
    tested = make(service, caches, "test")

    assert "Checked: " in checked
    assert " passed" in tested
    assert " failed" not in tested


def test_what_is_removed_leaves_no_trace(service: Path, caches: Path) -> None:
    """No file and no line names it, but for the scripts that fitted it, which are the owner's; and nothing brings it back."""
    scripts = [*(service / "training").glob("*.py")]
    make(service, caches, "remove-model", "AREA=clinic")
    for script in scripts:
        script.unlink()

    make(service, caches, "contract")

    left = {name for name in files(service) if not name.startswith((".venv", "vendor/"))}
    assert [name for name in left if "clinic" in name] == []
    text = {name: (service / name).read_bytes() for name in left}
    assert [name for name, content in text.items() if any(word in content for word in (b"clinic", b"high-risk"))] == []


def test_the_owners_tests_are_short() -> None:
    """They say what is asked; how is the toolkit's."""
    lines = [line for file in (TEMPLATE / "tests").rglob("*.py") for line in file.read_text("utf-8").splitlines()]

    assert len(lines) < 200
