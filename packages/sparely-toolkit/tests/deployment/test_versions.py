"""What Lambda and the stack say of the versions."""

from sparely_toolkit.deployment.stack import Stack
from sparely_toolkit.deployment.versions import Versions, read_versions
from tests.deployment.conftest import Stub

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:s-PredictFunction-1"
STACK = Stack("s", "UPDATE_COMPLETE", {"FunctionAlias": f"{FUNCTION}:live", "FunctionVersion": f"{FUNCTION}:8"})


def test_versions_are_numbers_with_descriptions(stub: Stub) -> None:
    """$LATEST is none; the alias may serve another than the stack names."""
    client, aws = stub("lambda")
    found = [{"Version": "$LATEST"}, {"Version": "7", "Description": "Answers. a"}, {"Version": "8"}]
    aws.add_response("list_versions_by_function", {"Versions": found}, {"FunctionName": "s-PredictFunction-1"})
    aws.add_response("get_alias", {"FunctionVersion": "7"}, {"FunctionName": "s-PredictFunction-1", "Name": "live"})

    assert read_versions(client, STACK) == Versions(published={7: "Answers. a", 8: ""}, serving=7, named=8)
