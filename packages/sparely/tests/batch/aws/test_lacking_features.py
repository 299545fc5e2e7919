"""Tables that have not all features of their model."""

import json
from typing import Any

import pytest

from sparely.batch.aws import app
from sparely.batch.aws.store import NotScored
from sparely.bundle import Bundle, read_bundles
from support.objects import BUCKET, Bucket, Invocation, table
from support.services import MODELS

RISK = "clinic/high-risk"


def score(key: str, **call: Any) -> dict[str, Any]:
    """Name an object to the function."""
    return dict(app.lambda_handler({"key": key, **call}, Invocation()))


@pytest.fixture
def risk() -> Bundle:
    """A model with a feature that may be lacking."""
    return next(each for each in read_bundles(MODELS) if each.path == RISK)


def without_feature(bundle: Bundle, form: str) -> tuple[str, bytes, str]:
    """A table without that feature but with another that looks like it: its key, it, and the feature."""
    feature = next(each.name for each in bundle.manifest.features if not each.required)
    content = table(bundle, 5)
    if form == "jsonl":
        rows = [{**row, "id": number} for number, row in enumerate(bundle.instances[:5])]
        for row in rows:
            row[feature.upper()] = row.pop(feature, None)
        content = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    else:
        head, rest = content.split(b"\n", 1)
        content = head.replace(feature.encode(), feature.upper().encode()) + b"\n" + rest
    return f"in/{RISK}/rows.{form}", content, feature


def test_a_table_without_a_feature_is_refused(bucket: Bucket, risk: Bundle) -> None:
    """Unless its metadata, or the call, say that it is lacking."""
    key, content, feature = without_feature(risk, "csv")
    bucket.put(key, content)

    with pytest.raises(NotScored) as error:
        score(key)
    assert str(error.value) == (
        f'{store_name(key)}: its first line lacks "{feature}" ("{feature.upper()}" may be meant), which would be null '
        f'in every row; rename the column, or --metadata \'{{"lacking": "{feature}"}}\' allows it.'
    )
    assert score(key, lacking=[feature])["rows"] == 5
    bucket.put(key, content + b"\n", lacking=feature)
    assert score(key)["rows"] == 5


def test_a_feature_that_no_line_has_is_told_in_the_manifest(bucket: Bucket, risk: Bundle) -> None:
    """The answers are there."""
    key, content, feature = without_feature(risk, "jsonl")
    bucket.put(key, content)

    done = score(key)

    assert done["rows"] == 5
    assert done["lacking"] == (
        f'No row has "{feature}" ("{feature.upper()}" may be meant), so every row was answered with null for it; '
        f'--metadata \'{{"lacking": "{feature}"}}\' allows that.'
    )
    assert "lacking" not in score(key, lacking=[feature])


def store_name(key: str) -> str:
    """As people write it."""
    return f"s3://{BUCKET}/{key}"
