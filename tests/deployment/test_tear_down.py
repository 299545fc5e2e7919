"""
`sam delete`, as docs/first-deployment.md has it: what was made is gone, with the packages of the last deployment.

The template that was uploaded is not looked at: SAM finds it by the digest of what CloudFormation gives back, which is
the uploaded text on AWS and the expanded one here.
"""

from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from tests.deployment.conftest import BakeNamed, Deployed, MockAws

pytestmark = pytest.mark.soak  # SAM's own command; what it leaves is written by what `make test` deploys


@dataclass
class Deleted:
    """A service that was deployed once and deleted, and what it had uploaded."""

    service: Deployed
    uploaded: set[str]


@pytest.fixture(scope="module")
def deleted(aws: MockAws, bake_named: BakeNamed) -> Deleted:
    """Deploy, look into SAM's bucket, and delete."""
    service = Deployed(aws, bake_named("deleted", "http-iam"))
    # Equal packages have one name in the bucket, and another service's would be there already.
    (service.folder / "src" / "handler" / "own.py").write_text('"""Of this service alone."""\n', encoding="utf-8")
    before = stored(aws)
    service.deploy("first")
    uploaded = stored(aws) - before
    service.run(".venv/bin/sam", "delete", "--config-env", "default", "--no-prompts")
    return Deleted(service, uploaded)


def stored(aws: MockAws) -> set[str]:
    """The packages in SAM's bucket."""
    s3 = aws.client("s3")
    buckets = [each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"].startswith("aws-sam-cli-managed")]
    names = {each["Key"] for bucket in buckets for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}
    return {name for name in names if not name.endswith(".template")}


def test_the_stack_is_gone(deleted: Deleted) -> None:
    """CloudFormation knows it no more."""
    with pytest.raises(ClientError, match="does not exist"):
        deleted.service.outputs()


def test_what_it_had_uploaded_is_gone(deleted: Deleted) -> None:
    """Nothing of it stays in the bucket, and so nothing of it is paid for."""
    assert deleted.uploaded
    assert deleted.uploaded & stored(deleted.service.aws) == set()
