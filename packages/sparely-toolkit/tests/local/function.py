"""A function for the tests, and the built template that serves it: each event says what the function is to do."""

from pathlib import Path

HANDLER = """
import json, os, sys, time
from pathlib import Path

started = time.time()


def handler(event, context):
    order = {} if event["isBase64Encoded"] else json.loads(event.get("body") or "{}")
    return globals()[order.pop("do", "echo")](event, context, **order)


def echo(event, context, **ignored):
    return {"statusCode": 200, "body": json.dumps(event)}


def answer(event, context, value):
    return value


def who(event, context):
    return json_answer({"pid": os.getpid(), "request": context.aws_request_id, "arn": context.invoked_function_arn})


def seen(event, context):
    return json_answer({"environ": dict(os.environ), "path": sys.path, "folder": os.getcwd()})


def can_import(event, context, name):
    try:
        __import__(name)
    except ImportError:
        return json_answer(False)
    return json_answer(True)


def wait_for(event, context, path, mark):
    Path(mark).touch()
    while not Path(path).exists():
        time.sleep(0.005)
    return json_answer({"pid": os.getpid()})


def hang(event, context):
    while True:
        time.sleep(1)


def crash(event, context, code):
    print("about to crash", end="")
    sys.stdout.flush()
    os._exit(code)


def hold(event, context, mb):
    return json_answer(len(bytes(mb * 1024 * 1024).replace(b"\\0", b"\\1")))


def fail(event, context):
    raise ValueError("no such thing")


def say(event, context, text):
    print(text)
    return json_answer(None)


def json_answer(value):
    return {"statusCode": 200, "body": json.dumps(value)}
"""

_TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Memory: {{Type: Number, Default: 256}}
  Reserved: {{Type: Number, Default: -1}}
Conditions:
  Reserves: !Not [!Equals [!Ref Reserved, -1]]
Globals:
  Function: {{Runtime: {runtime}, Timeout: 30}}
Resources:
  EchoFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: EchoFunction
      Handler: app.handler
      Architectures: [{architecture}]
      MemorySize: !Ref Memory
      Timeout: {timeout_s}
      ReservedConcurrentExecutions: !If [Reserves, !Ref Reserved, !Ref AWS::NoValue]
      AutoPublishAlias: live
      Environment: {{Variables: {{STACK: !Ref AWS::StackName, LIMIT: !Ref Memory}}}}
  Api:
    Type: {api_type}
    Properties:
      StageName: {stage}
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /models:
            get:
              x-amazon-apigateway-integration: &function
                type: aws_proxy
                httpMethod: POST
                payloadFormatVersion: "{payload}"
                timeoutInMillis: {gateway_ms}
                uri: !Sub arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{EchoFunction.Arn}}:live/invocations
          /predict/{{area}}: {{post: {{x-amazon-apigateway-integration: *function}}}}
          /predict/{{area}}/{{model}}: {{post: {{x-amazon-apigateway-integration: *function}}}}
"""


def build(
    folder: Path,
    *,
    kind: str = "http",
    handler: str = HANDLER,
    runtime: str,
    architecture: str,
    timeout_s: int = 30,
    gateway_ms: int = 29000,
) -> Path:
    """Write what `sam build` would leave behind; give the built template's path."""
    artifact = folder / "EchoFunction"
    artifact.mkdir(parents=True)
    (artifact / "app.py").write_text(handler, encoding="utf-8")
    template = folder / "template.yaml"
    text = _TEMPLATE.format(
        runtime=runtime,
        architecture=architecture,
        timeout_s=timeout_s,
        gateway_ms=gateway_ms,
        api_type="AWS::Serverless::HttpApi" if kind == "http" else "AWS::Serverless::Api",
        stage="$default" if kind == "http" else "v1",
        payload="2.0" if kind == "http" else "1.0",
    )
    template.write_text(text, encoding="utf-8")
    return template
