"""A built template in a few lines, and AWS' clients that answer as they are told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

import sparely_toolkit

DOCS = Path(sparely_toolkit.__file__).parent / "docs"
"""The pages that come with the wheel."""

TEMPLATE = """
Parameters:
  MemorySize: {Type: Number, Default: 512}
  LogLevel: {Type: String, Default: INFO}
  Reserved: {Type: Number, Default: -1}
  ReleaseId: {Type: String, Default: ""}
Conditions:
  LogsDebug: !Equals [!Ref LogLevel, DEBUG]
Resources:
  PredictFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: PredictFunction
      MemorySize: !Ref MemorySize
      Timeout: 15
      Role: !GetAtt Role.Arn
      ReservedConcurrentExecutions: !Ref Reserved
      AutoPublishAlias: live
      AutoPublishCodeSha256: !Ref ReleaseId
      LoggingConfig: {ApplicationLogLevel: !If [LogsDebug, DEBUG, INFO]}
      Environment: {Variables: {NAME: !Ref AWS::StackName, MODE: plain}}
  Check:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: Check, MemorySize: 128}
"""

Stub = Callable[[str], tuple[Any, Stubber]]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What `sam build` leaves: a template, and the packages beside it."""
    for package in ("PredictFunction", "Check"):
        (tmp_path / package / "handler").mkdir(parents=True)
        (tmp_path / package / "handler" / "app.py").write_text(f"# {package}\n")
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    return template


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Make a client of a service and its stub; every answer that was prepared must have been asked for."""
    made: list[Stubber] = []

    def make(service: str) -> tuple[Any, Stubber]:
        session: Any = boto3.Session("x", "x", region_name="us-east-1")
        client = session.client(service)
        made.append(Stubber(client))
        made[-1].activate()
        return client, made[-1]

    yield make
    for each in made:
        each.assert_no_pending_responses()
