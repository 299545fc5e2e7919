"""README.md: its example and table are those of the models, its commands exist, its files are there."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from sparely.agreement import agrees
from sparely.bundle import Bundle, read_bundles
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.readme import EXAMPLE, curl, example, renewed, table
from sparely_toolkit.contract.readme import MODELS as MARKS
from sparely_toolkit.contract.regenerate import outdated
from sparely_toolkit.contract.sample_events import event
from sparely_toolkit.project import Project
from support.kinds import put_models
from support.sample_service import SERVICE
from support.services import MODELS, baked

SAMPLES = ServiceDescription(read_bundles(MODELS))


@pytest.fixture
def readme(project: Project) -> str:
    """README.md of a new service."""
    return project.readme.read_text("utf-8")


def sent(command: str) -> tuple[str, dict[str, Any]]:
    """Path and document of a curl command, as a shell splits it."""
    words = shlex.split(command)
    return words[1].removeprefix("http://localhost:3000"), json.loads(words[-1])


def manifest(**changes: Any) -> dict[str, Any]:
    features = [
        {"name": "a", "unit": "m", "required": True},
        {"name": "b", "required": False},
    ]
    plain = {"area": "toys", "name": "sum", "kind": "regressor", "description": "The sum.", "features": features}
    return {**plain, "metrics": {"held_out_rows": 9, "r2": 1.0}, **changes}


def test_it_is_up_to_date(readme: str) -> None:
    """`make contract` writes it anew."""
    assert renewed(readme, SAMPLES) == readme


@pytest.mark.parametrize("model", SAMPLES.models, ids=lambda model: model.path)
def test_the_example_is_answered_as_it_says(model: Bundle, context: Any) -> None:
    """Whatever model it asks: the command can be pasted, and the answer beside it is the model's."""
    _, command, _, answer, _ = re.split(r"^```(?:json)?$", example(model), flags=re.MULTILINE)
    path, document = sent(command)

    reply = json.loads(SERVICE(event("POST", path, json.dumps(document)), context)["body"])

    shown = json.loads(answer)
    assert shown["versions"] == reply["versions"]
    name, tolerance = model.name, model.manifest.tolerance
    assert agrees(shown["predictions"][name], reply["predictions"][name], tolerance)


@pytest.mark.parametrize("api", ["http-iam", "http-jwt", "rest-key", "function-url"])
def test_the_example_has_what_the_api_wants(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new service's is the one that `make contract` writes, whatever key this machine accepts."""
    monkeypatch.setenv("LOCAL_API_KEY", "my-own")
    service = baked(api)

    assert service.readme not in outdated(service)


def test_words_with_quotes_survive_the_shell() -> None:
    """A row's texts are its owner's."""
    row = {"city": "L'Aquila", "say": 'a "word"', "long": "x" * 200, "n": 1}

    assert sent(curl(SAMPLES.models[0], row))[1] == {"instances": [row]}


def test_example_of_any_kind_of_model_is_written(tmp_path: Path) -> None:
    """Its first row without a gap, its answer rounded to what people read."""
    put_models(tmp_path)

    for model in read_bundles(tmp_path):
        assert f"/predict/{model.path}" in example(model)


def test_a_model_is_one_line() -> None:
    """What it is, what it takes, how good it is; units and optional features are told."""
    expected = "| `toys/sum` | regressor: The sum. | a (m), b (optional) | r2 1.0, on held-out rows |"

    assert table([manifest()]).splitlines()[2:] == [expected]


@pytest.mark.parametrize(
    ("metrics", "shown"),
    [
        ({"accuracy": 0.9667, "accuracy_of_commonest_label": 0.4}, "accuracy 0.97 (always the commonest: 0.40)"),
        (
            {"mean_absolute_error": 45.77, "mean_absolute_error_of_mean": 66.46},
            "mean error 45.8 (always the mean: 66.5)",
        ),
        ({"accuracy": 0.5}, "accuracy 0.5"),
        ({"given_rows": 300, "accuracy": 0.9367, "log_loss": 0.2}, "accuracy 0.9367, on the rows given"),
        ({"given_rows": 300}, ""),
        ({}, ""),
    ],
)
def test_a_metric_is_shown_beside_its_yardstick(metrics: dict[str, float], shown: str) -> None:
    """A number alone says nothing; without the yardstick it stands alone all the same."""
    assert table([manifest(metrics=metrics)]).rstrip(" |\n").endswith(shown)


def test_no_sign_of_a_description_ends_the_table() -> None:
    """Descriptions are their authors' own words."""
    assert r"regressor: a \| b c |" in table([manifest(description="a | b\nc")])


def test_only_what_is_between_the_marks_changes() -> None:
    """Words before and after stay to the byte."""
    (begin, end), (begin_example, end_example) = MARKS, EXAMPLE
    manifests = [model.manifest.document for model in SAMPLES.models]

    text = renewed(f"before\n{begin}\nstale\n{end}\nbetween\n{begin_example}stale{end_example}\nafter\n", SAMPLES)

    assert text == (
        f"before\n{begin}\n{table(manifests)}{end}\n"
        f"between\n{begin_example}\n{example(SAMPLES.models[0])}{end_example}\nafter\n"
    )


@pytest.mark.parametrize("text", ["no marks", f"{MARKS[0]} without an end", f"{MARKS[1]} without a beginning"])
def test_a_readme_without_marks_is_left_alone(text: str) -> None:
    """Whoever writes another README needs no table in it."""
    assert renewed(text, SAMPLES) == text


def test_every_make_command_exists(project: Project, readme: str) -> None:
    """What is told can be typed."""
    makefile = (project.root / "Makefile").read_text("utf-8")

    told = set(re.findall(r"`make ([a-z-]+)", readme))

    assert told <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_link_and_every_folder_exists(project: Project, readme: str) -> None:
    """The tree names what is there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme)
    tree = re.findall(r"^(\w[\w.]+/?)\s{2,}", readme.rpartition("## What is where")[2], re.MULTILINE)

    assert links
    assert tree
    assert [each for each in (*links, *tree) if not (project.root / each).exists()] == []
