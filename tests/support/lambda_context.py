"""What all tests of the packages share: the function's environment as template.yaml sets it, and a context."""

import os
from dataclasses import dataclass

import pytest
from hypothesis import settings

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tests")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Predictions")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

settings.register_profile("tests", deadline=None, derandomize=True)
settings.load_profile("tests")


@dataclass(frozen=True)
class Context:
    """The part of Lambda's context object that the handler reads."""

    aws_request_id: str = "8f7c1a52-0000-4000-8000-000000000000"


@pytest.fixture
def context() -> Context:
    return Context()
