"""
Events of services that call functions more seldom, each in the shape in which the service sends it.

As in `foreign_events`: members and names are those of docs.aws.amazon.com (read 2026-11-28), values are our own.
"""

from collections.abc import Mapping
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"
ROWS = {"instances": [{"a": 1}]}

RARER: Mapping[str, Any] = {
    "destination-success": {
        "version": "1.0", "timestamp": "2026-11-28T12:00:00.000Z", "requestContext": {"condition": "Success"},
        "requestPayload": {"area": "winery", **ROWS}, "responseContext": {"statusCode": 200}, "responsePayload": {},
    },
    "destination-failure": {
        "version": "1.0", "timestamp": "2026-11-28T12:00:00.000Z", "requestPayload": {}, "responsePayload": None,
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
    },
    "pipes-sqs": [{"messageId": "m0", "body": "{}", "eventSource": "aws:sqs", "attributes": {}}],
    "pipes-kinesis": [{"kinesisSchemaVersion": "1.0", "data": "e30=", "eventSource": "aws:kinesis"}],
    "scheduler-text": '{"area": "winery", "instances": []}',
    "code-deploy-hook": {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e"},
    "ecs-hook": {"executionId": "1", "lifecycleStage": "PRE_SCALE_UP", "resourceArn": "arn", "executionDetails": {}},
    "cloud-formation-macro": {
        "region": REGION, "accountId": ACCOUNT, "fragment": {}, "transformId": "1", "params": {}, "requestId": "1",
        "templateParameterValues": {},
    },
    "cloud-formation-guard-hook": {"clientRequestToken": "t", "actionInvocationPoint": "CREATE_PRE_PROVISION"},
    "service-catalog": {"requestId": "1", "token": "t", "operation": "LAUNCH", "provisionedProductId": "p"},
    "app-config": {"InvocationId": "1", "Parameters": {}, "Type": "OnDeploymentStart", "Application": {"Id": "a"}},
    "ground-truth-before": {"version": "2018-10-16", "labelingJobArn": "arn", "dataObject": {"source": "text"}},
    "ground-truth-after": {"version": "2018-10-16", "labelingJobArn": "arn", "payload": {"s3Uri": "s3://b/k"}},
    "sagemaker-callback": {"messageType": "EXECUTION_STARTED", "pipelineExecutionArn": "arn", "token": "t"},
    "sagemaker-lambda-step": {"model_package": "arn", "bucket": "b"},
    "redshift-function": {
        "request_id": "1", "cluster": "c", "user": "u", "database": "d", "external_function": "f", "query_id": 1,
        "num_records": 1, "arguments": [[1, 2]],
    },
    "athena-function": {"@type": "UserDefinedFunctionRequest", "methodName": "predict", "inputRecords": {}},
    "athena-connector": {"@type": "GetTableRequest", "identity": {}, "queryId": "1", "catalogName": "c"},
    "aurora-call": {"id": 1, "bmi": 22.5},
    "kendra-enrichment": {"version": "v0", "s3Bucket": "b", "s3ObjectKey": "k", "metadata": {"attributes": []}},
    "chime-call": {"SchemaVersion": "1.0", "Sequence": 1, "InvocationEventType": "NEW_INBOUND_CALL", "CallDetails": {}},
    "pinpoint-channel": {"Message": {}, "ApplicationId": "a", "CampaignId": "c", "Endpoints": {"e": {"Address": "x"}}},
    "pinpoint-hook": {"MessageConfiguration": {}, "ApplicationId": "a", "TreatmentId": "0", "Endpoints": {}},
    "work-mail": {"summaryVersion": "2019-07-28", "envelope": {"mailFrom": {}}, "sender": {}, "messageId": "1"},
    "lex-1": {"currentIntent": {"name": "i", "slots": {}}, "bot": {"name": "b"}, "userId": "u", "inputTranscript": "hi"},
    "lex-fulfilment": {"messageVersion": "1.0", "invocationSource": "FulfillmentCodeHook", "sessionState": {}},
    "iot-authorizer": {"token": "t", "signatureVerified": True, "protocols": ["http"], "protocolData": {"http": {}}},
    "iot-events": {"payload": {"actionExecutionId": "1"}, "detectorModelName": "d", "eventTriggerDetails": {}},
    "iot-analytics": [{"temperature": 21.5}, {"temperature": 22.0}],
    "greengrass": {"message": "hello", "count": 1},
    "firehose-msk": {
        "invocationId": "1", "sourceMSKArn": "arn", "deliveryStreamArn": "arn", "region": REGION,
        "records": [{"recordId": "1", "kafkaRecordValue": "e30="}],
    },
    "kinesis-analytics": {"invocationId": "1", "applicationArn": "arn", "records": [{"recordId": "1", "data": "e30="}]},
    "s3-batch-2": {
        "invocationSchemaVersion": "2.0", "invocationId": "1", "job": {"id": "1", "userArguments": {}},
        "tasks": [{"taskId": "1", "s3Key": "k", "s3Bucket": "b"}],
    },
    "distributed-map": {"BatchInput": {"model": "m"}, "Items": [{"a": 1}]},
    "step-functions-token": {"TaskToken": "t", "input": ROWS},
    "step-functions-caught": {"Error": "States.TaskFailed", "Cause": "c"},
    "transfer-workflow": {"token": "t", "serviceMetadata": {"executionDetails": {}}, "fileLocation": {"domain": "S3"}},
    "app-sync-subscription": {"info": {"channel": {"path": "/c"}, "operation": "SUBSCRIBE"}, "events": None},
    "bedrock-evaluation": {"conversationHistory": [], "testCaseId": "1"},
    "agent-core-tool": {"a": 1, "b": [1, {"c": None}]},
    "data-firehose-http": {"requestId": "1", "timestamp": 1795867200000, "records": [{"data": "e30="}]},
    "cloud-watch-custom-widget": {"describe": True, "widgetContext": {"dashboardName": "d"}},
    "nested-nothing": {"a": {"b": {"c": [[], {}, None]}}},
    "list-of-requests": [{"version": "2.0", "routeKey": "GET /models", "rawPath": "/models"}],
    "text-of-a-request": '{"version": "2.0", "routeKey": "GET /models", "rawPath": "/models"}',
    "vertex-rows": {"instances": [{"a": 1}], "parameters": {"confidence": 0.5}},
    "data-frame": {"dataframe_split": {"columns": ["a"], "data": [[1]]}},
    "number-too-large": 10**400,
    "not-a-number": float("nan"),
}  # fmt: skip
