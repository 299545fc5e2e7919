"""golden-service.json: what the service's own steps change in golden answers."""

import json
from pathlib import Path

import pytest

from sparely.bundle import GOLDEN_SERVICE, ModelLoadError, read_bundles, read_golden_service
from sparely.golden import CallersAnswer
from support.stepped import put_stepped

WRITTEN = {"answers": {"toys/stepped": [{"row": 1, "status": 422, "document": {"detail": "No."}}]}}


def test_without_a_file_nothing_is_changed(tmp_path: Path) -> None:
    """As in a service without steps."""
    assert read_golden_service(tmp_path) == {}


def test_a_model_knows_what_callers_get(tmp_path: Path) -> None:
    """What is written for a row, otherwise the model's golden answer."""
    put_stepped(tmp_path)
    (tmp_path / GOLDEN_SERVICE).write_text(json.dumps(WRITTEN), "utf-8")

    (model,) = read_bundles(tmp_path)

    presented = {"value": 5.0, "rule": {"capped": True}}
    assert model.answer(0) == CallersAnswer(200, {"predictions": {"stepped": [presented]}})
    assert model.answer(1) == CallersAnswer(422, {"detail": "No."})


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"answers": {"a/b": [{}]}}', '{"answers": {"a": 5}}', '{"answers": 1}']
)
def test_another_shape_is_one_sentence(tmp_path: Path, text: str) -> None:
    """It names the file."""
    file = tmp_path / GOLDEN_SERVICE
    file.write_text(text, "utf-8")

    with pytest.raises(ModelLoadError) as caught:
        read_golden_service(tmp_path)

    assert str(caught.value).startswith(f"{file}: ")
