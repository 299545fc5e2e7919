"""The built service behind a wait."""

from pathlib import Path

from benchmarks import delayed
from sparely_toolkit.local import template
from sparely_toolkit.samconfig import Stage

BUILT = """
Resources:
  PredictFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: PredictFunction
      Handler: handler.app.lambda_handler
      Runtime: python3.13
      Environment: {Variables: {MAX_ROWS: "10"}}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      DefinitionBody:
        paths:
          /models:
            get:
              x-amazon-apigateway-integration:
                uri: !Sub "arn:${PredictFunction.Arn}:live"
                payloadFormatVersion: "2.0"
"""


def test_a_wait_stands_in_front_of_the_built_function(tmp_path: Path) -> None:
    """Its template has the wait, the limit and the artifact, and keeps the function's own variables."""
    built = tmp_path / "built" / "template.yaml"
    (built.parent / "PredictFunction").mkdir(parents=True)
    built.write_text(BUILT, "utf-8")

    path = delayed.write(tmp_path / "delayed", built, wait_ms=20, concurrency=3)

    function = template.read(path, Stage()).function
    assert function.handler == "waiting.lambda_handler"
    assert (function.artifact / "waiting.py").is_file()
    assert function.reserved_concurrency == 3
    assert function.variables == {
        "MAX_ROWS": "10",
        "DELAYED_ARTIFACT": str(built.parent / "PredictFunction"),
        "DELAY_MS": "20",
    }
