"""What the doctor says of a key or a certificate in another region."""

from sparely_toolkit.deployment.doctor.finding import Finding
from sparely_toolkit.deployment.doctor.regions import elsewhere

KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"


def test_what_lies_beside_the_stack_is_no_finding() -> None:
    """Nor what is not given."""
    assert list(elsewhere({"KmsKeyArn": KEY, "CertificateArn": ""}, "eu-central-1")) == []
    assert list(elsewhere({}, "eu-central-1")) == []


def test_a_key_of_another_region_is_a_problem() -> None:
    """Log groups would refuse it in the middle of the deployment."""
    assert list(elsewhere({"KmsKeyArn": KEY}, "us-east-1")) == [
        Finding(
            "problem", "KmsKeyArn", f"{KEY} is in eu-central-1, and the stack goes to us-east-1; name one of us-east-1."
        )
    ]


def test_a_region_without_snapstart_is_a_problem_where_it_is_asked_for() -> None:
    """Two commercial regions have none; AWS would say so in the middle of the deployment."""
    wanted = {"SnapStart": "PublishedVersions"}

    assert list(elsewhere(wanted, "ap-east-2")) == [
        Finding("problem", "SnapStart", "ap-east-2 has none; set SnapStart=None, or deploy to another region.")
    ]
    assert list(elsewhere(wanted, "eu-central-1")) == []
    assert list(elsewhere({"SnapStart": "None"}, "ap-east-2")) == []
