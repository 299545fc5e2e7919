"""What callers of a model with steps are told: what `prepare` hands on is as the estimator has it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely_export.add_model import add
from sparely_export.options import parse
from sparely_export.report import page

RAW = pd.DataFrame(
    [
        {"colour": ("red", "blue")[row % 2], "day": f"2026-0{1 + row % 3}-05", "size": 1.5 + row, "whole": float(row)}
        for row in range(36)
    ]
)
PREPARED = pd.DataFrame(
    {"colour": RAW["colour"], "month": RAW["day"].str[5:7], "size": RAW["size"], "double": 2 * RAW["whole"]}
)
MODEL = make_pipeline(
    make_column_transformer(
        (OneHotEncoder(), ["colour", "month"]), (SimpleImputer(), ["size"]), ("passthrough", ["double"])
    ),
    LinearRegression(),
).fit(PREPARED, RAW["size"])
COLOUR, SIZE = 'row["colour"]', 'row["size"]'
CODE = (
    "def prepare(row):\n"
    f'    return {{"colour": {COLOUR}, "month": row["day"][5:7], "size": {SIZE}, "double": 2 * row["whole"]}}\n'
)
Export = Callable[[str], tuple[Mapping[str, Any], str]]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Export it with a steps.py; the manifest, and the report."""
    joblib.dump(MODEL, tmp_path / "model.joblib")
    RAW.assign(left=RAW["size"]).to_csv(tmp_path / "raw.csv", index=False)
    (tmp_path / "src" / "models").mkdir(parents=True)
    files = {"--data": "raw.csv", "--models": "src/models", "--steps": "steps.py"}
    paths = [word for option, name in files.items() for word in (option, str(tmp_path / name))]

    def exported(code: str) -> tuple[Mapping[str, Any], str]:
        (tmp_path / "steps.py").write_text(code, "utf-8")
        names = ["--area", "toys", "--name", "stepped", "--target", "left"]
        added = add(parse([str(tmp_path / "model.joblib"), *names, *paths]))
        return added.prepared.manifest, page(added)

    return exported


def features(manifest: Mapping[str, Any], of: str = "features") -> dict[str, Any]:
    return {each["name"]: each for each in manifest[of]}


def test_a_feature_that_is_handed_on_has_the_estimators_limits(export: Export) -> None:
    """Words that an encoder does not know, null where an imputer takes it; report and manifest say so."""
    manifest, report = export(CODE)

    raw, prepared = features(manifest), features(manifest, "prepared")
    assert raw["colour"]["accepts"] == prepared["colour"]["accepts"] == {"values": ["blue", "red"]}
    assert (raw["size"]["null"], raw["size"]["required"]) == ("none", False)
    assert "accepts" not in raw["day"]
    assert prepared["month"]["accepts"] == {"values": ["01", "02", "03"]}
    assert "    size: number from 1.5 to 36.5; null is allowed, prepare gets None" in report
    assert "  of which prepare makes\n    colour: string, one of blue, red; the estimator refuses all but 2" in report


@pytest.mark.parametrize(
    "changed",
    [f"{COLOUR}.lower()", f'{COLOUR} if {COLOUR} in ("red", "blue") else "red"', f"{COLOUR}.strip()"],
    ids=["spelt alike", "mapped", "cut"],
)
def test_a_feature_that_prepare_mends_is_left_open(export: Export, changed: str) -> None:
    """In the data it is as the estimator takes it, and other values become so."""
    manifest, _ = export(CODE.replace(COLOUR, changed))

    assert "accepts" not in features(manifest)["colour"]
    assert features(manifest, "prepared")["colour"]["accepts"]


def test_null_that_prepare_cannot_do_without_is_refused(export: Export) -> None:
    """Though the estimator would take it."""
    manifest, _ = export(CODE.replace(f'"size": {SIZE}', f'"size": {SIZE}, "more": {SIZE} + 1'))

    assert features(manifest)["size"]["null"] == "refused"


def test_a_prepared_column_that_is_whole_by_chance_is_a_number(export: Export) -> None:
    """Callers may send 1.5, and prepare makes 3.0 of 1.5 as 2 of 1; what is always whole stays so."""
    manifest, _ = export(f'{CODE[:-2]}, "days": len(row["day"])}}\n')

    assert features(manifest, "prepared")["double"]["type"] == "number"


def test_a_prepared_column_that_is_always_whole_is_an_integer(export: Export) -> None:
    """Whatever callers send."""
    manifest, _ = export(CODE.replace('2 * row["whole"]', '2 * round(row["whole"])'))

    assert features(manifest, "prepared")["double"]["type"] == "integer"
