"""What the doctor says of the bucket that samconfig.toml names."""

from typing import Any

import boto3
import pytest

from sparely_toolkit.deployment.doctor.bucket import bucket
from sparely_toolkit.deployment.faults import Place
from sparely_toolkit.samconfig import Stage


def looked_at(**settings: Any) -> tuple[str, str]:
    """State and text, where AWS is asked nothing."""
    session: Any = boto3.Session("x", "x", region_name="us-east-1")
    place = Place(Stage("prod", "s", settings=settings), "us-east-1")
    found = bucket(session.client("cloudformation"), session.client("s3"), place)
    return found.state, found.text


@pytest.mark.parametrize("name", ["My Bucket", "arn:aws:s3:::packages"])
def test_what_no_bucket_is_called_is_a_problem(name: str) -> None:
    """SAM would end with the pattern of names, after the build."""
    assert looked_at(s3_bucket=name) == (
        "problem",
        f's3_bucket under [prod.deploy.parameters] of samconfig.toml is "{name}", and no bucket can be called so.',
    )


def test_two_buckets_are_a_problem() -> None:
    """SAM takes one of both settings."""
    assert looked_at(s3_bucket="packages", resolve_s3=True) == (
        "problem",
        "SAM takes s3_bucket or resolve_s3, and both stand under [prod.deploy.parameters] of samconfig.toml; "
        "remove one.",
    )
