"""The check of a new version knows what an owner's steps make of a model's answers."""

from pathlib import Path
from typing import Any

import pytest

from sparely.bundle import read_bundles
from sparely.check.dialects import MEANT
from sparely.check.settings import Settings
from sparely.check.verdict import check_new_version
from sparely.handler.registry import load_models
from support.sample_service import SERVICE
from support.stepped import GOLDEN, put_stepped
from tests.check.conftest import LIVE, NEW, FakeLambda


def findings(
    aws: FakeLambda, settings: Settings, root: Path, monkeypatch: pytest.MonkeyPatch, **golden: Any
) -> tuple[str, ...]:
    """What the check finds of a version whose model has steps, where golden.json holds something else."""
    put_stepped(root, **golden)
    monkeypatch.setattr(SERVICE, "registry", load_models(str(root)))
    return check_new_version(settings, read_bundles(root), aws.target(NEW), aws.target(LIVE)).findings


def test_a_version_with_steps_passes(
    aws: FakeLambda, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What callers get at /predict, what the bare model says at /v2."""
    assert findings(aws, settings, tmp_path, monkeypatch) == ()


def test_another_rule_than_the_golden_one_is_found(
    aws: FakeLambda, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At /predict alone: the model is the same."""
    uncapped = [
        {**each, "value": bare["value"]} for each, bare in zip(GOLDEN["predictions"], GOLDEN["bare"], strict=True)
    ]

    wrong = findings(aws, settings, tmp_path, monkeypatch, predictions=uncapped)

    sentence = "toys/stepped, POST /predict/{area}/{model}: predictions[0].value is 5.0; expected 7.0"
    assert wrong == (f"{sentence}; {MEANT}",)


def test_another_model_under_the_same_rule_is_found(
    aws: FakeLambda, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cap may hide it at /predict; /v2 tells."""
    wrong = findings(aws, settings, tmp_path, monkeypatch, bare=[{"value": 8.0}, GOLDEN["bare"][1]])

    assert wrong == ("toys/stepped, POST /v2/models/{model}/infer: predictions[0].value is 7.0; expected 8.0",)
