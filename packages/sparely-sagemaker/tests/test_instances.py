"""What the name of an instance type says."""

import pytest

from sparely_sagemaker.instances import processor_of, vcpus_of


@pytest.mark.parametrize(
    ("instance", "processor", "vcpus"),
    [
        ("ml.m5.large", "x86_64", 2),
        ("ml.m6g.large", "arm64", 2),
        ("ml.c6gn.2xlarge", "arm64", 8),
        ("ml.r8g.medium", "arm64", 1),
        ("ml.g4dn.xlarge", "x86_64", 4),
        ("ml.g5.12xlarge", "x86_64", 48),
        ("ml.t2.medium", "x86_64", 2),
        ("serverless", None, 2),
    ],
)
def test_a_name_says_processor_and_vcpus(instance: str, processor: str | None, vcpus: int) -> None:
    """A letter g behind the generation is Graviton, one before it is not."""
    assert (processor_of(instance), vcpus_of(instance)) == (processor, vcpus)
