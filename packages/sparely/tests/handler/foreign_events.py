"""
Events that a function may be wired to by mistake, each in the shape in which AWS' services send it.

Members and names are those of the pages "Event structure" of each service in docs.aws.amazon.com (read 2026-11-28);
values are our own. Kinds that aws-powertools, the Lambda web adapter and mangum keep examples of are all here.
"""

from collections.abc import Mapping
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"


def _arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def _bridge(source: str, detail_type: str, **detail: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-11-28T12:00:00Z",
        "region": REGION,
        "resources": [],
        "detail": detail,
    }


BRIDGE = {
    "aws.s3": ("Object Created", "Object Deleted", "Object Restore Completed", "Object Tags Added"),
    "aws.ec2": ("EC2 Instance State-change Notification", "EC2 Spot Instance Interruption Warning", "EBS Snapshot"),
    "aws.autoscaling": ("EC2 Instance Launch Successful", "EC2 Instance-terminate Lifecycle Action"),
    "aws.ecs": ("ECS Task State Change", "ECS Service Action", "ECS Deployment State Change"),
    "aws.ecr": ("ECR Image Action", "ECR Image Scan", "ECR Pull Through Cache Action"),
    "aws.codebuild": ("CodeBuild Build State Change", "CodeBuild Build Phase Change"),
    "aws.codedeploy": ("CodeDeploy Deployment State-change Notification", "CodeDeploy Instance State-change"),
    "aws.codepipeline": ("CodePipeline Pipeline Execution State Change", "CodePipeline Stage Execution State Change"),
    "aws.codecommit": ("CodeCommit Repository State Change", "CodeCommit Pull Request State Change"),
    "aws.cloudwatch": ("CloudWatch Alarm State Change", "CloudWatch Alarm Configuration Change"),
    "aws.cloudformation": ("CloudFormation Stack Status Change", "CloudFormation Drift Detection Status Change"),
    "aws.states": ("Step Functions Execution Status Change",),
    "aws.batch": ("Batch Job State Change", "Batch Job Queue Blocked"),
    "aws.glue": ("Glue Job State Change", "Glue Crawler State Change", "Glue Data Catalog Table State Change"),
    "aws.sagemaker": (
        "SageMaker Model State Change",
        "SageMaker Training Job State Change",
        "SageMaker Endpoint State Change",
        "SageMaker Transform Job State Change",
        "SageMaker Model Package State Change",
    ),
    "aws.guardduty": ("GuardDuty Finding", "GuardDuty Malware Protection Object Scan Result"),
    "aws.securityhub": ("Security Hub Findings - Imported", "Security Hub Findings - Custom Action"),
    "aws.health": ("AWS Health Event", "AWS Health Abuse Event"),
    "aws.signin": ("AWS Console Sign In via CloudTrail",),
    "aws.kms": ("KMS CMK Rotation", "KMS Imported Key Material Expiration"),
    "aws.rds": ("RDS DB Instance Event", "RDS DB Cluster Event", "RDS DB Snapshot Event"),
    "aws.config": ("Config Configuration Item Change", "Config Rules Compliance Change"),
    "aws.budgets": ("Budget Notification",),
    "aws.backup": ("Backup Job State Change", "Restore Job State Change"),
    "aws.athena": ("Athena Query State Change",),
    "aws.redshift": ("Redshift Data Statement Status Change",),
    "aws.transfer": ("SFTP Server File Upload Completed", "SFTP Connector File Retrieve Completed"),
    "aws.ssm": ("EC2 Command Status-change Notification", "Parameter Store Change"),
    "aws.iot": ("IoT Core Things Event",),
    "aws.bedrock": ("Model Customization Job State Change", "Batch Inference Job State Change"),
    "com.example.orders": ("OrderPlaced", "predict"),
}
BRIDGE = {source: (*names, "AWS API Call via CloudTrail") for source, names in BRIDGE.items()}
COGNITO = (
    "PreSignUp_SignUp", "PreSignUp_AdminCreateUser", "PostConfirmation_ConfirmSignUp",
    "PostConfirmation_ConfirmForgotPassword", "PreAuthentication_Authentication",
    "PostAuthentication_Authentication", "DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication",
    "VerifyAuthChallengeResponse_Authentication", "TokenGeneration_HostedAuth", "TokenGeneration_Authentication",
    "TokenGeneration_RefreshTokens", "UserMigration_Authentication", "UserMigration_ForgotPassword",
    "CustomMessage_SignUp", "CustomMessage_ForgotPassword", "CustomMessage_ResendCode",
    "CustomEmailSender_SignUp", "CustomSMSSender_SignUp", "InboundFederation_ExternalProvider",
)  # fmt: skip
S3_NAMES = (
    "ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload",
    "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated", "ObjectRestore:Post", "ReducedRedundancyLostObject",
    "Replication:OperationFailedReplication", "LifecycleExpiration:Delete", "LifecycleTransition",
    "IntelligentTiering", "ObjectTagging:Put", "ObjectAcl:Put",
)  # fmt: skip
STATES = ("INSERT", "MODIFY", "REMOVE")
WEB_SOCKET = ("CONNECT", "DISCONNECT", "MESSAGE")


def _records(**record: Any) -> dict[str, Any]:
    return {"Records": [record]}


def _s3(name: str) -> dict[str, Any]:
    entry = {"bucket": {"name": "b", "arn": "arn:aws:s3:::b"}, "object": {"key": "in/rows.csv", "size": 10}}
    return _records(eventVersion="2.1", eventSource="aws:s3", awsRegion=REGION, eventName=name, s3=entry)


def _sqs(body: str = "{}") -> dict[str, Any]:
    return _records(
        messageId="m0", receiptHandle="r", body=body, eventSource="aws:sqs", eventSourceARN=_arn("sqs", "q"),
        attributes={}, messageAttributes={}, awsRegion=REGION,
    )  # fmt: skip


def _sns(message: str) -> dict[str, Any]:
    sns = {"Type": "Notification", "MessageId": "1", "TopicArn": _arn("sns", "t"), "Message": message}
    return _records(EventSource="aws:sns", EventVersion="1.0", EventSubscriptionArn=_arn("sns", "t:1"), Sns=sns)


def _dynamo(name: str) -> dict[str, Any]:
    change = {"Keys": {"id": {"S": "1"}}, "SequenceNumber": "1", "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return _records(
        eventID="1", eventName=name, eventSource="aws:dynamodb", eventSourceARN=_arn("dynamodb", "table/t/stream/1"),
        awsRegion=REGION, dynamodb=change,
    )  # fmt: skip


def _kinesis() -> dict[str, Any]:
    data = {"partitionKey": "1", "sequenceNumber": "1", "data": "e30=", "approximateArrivalTimestamp": 1795867200.0}
    return _records(
        eventSource="aws:kinesis", eventName="aws:kinesis:record", eventID="s:1", kinesis=data, awsRegion=REGION,
        eventSourceARN=_arn("kinesis", "stream/s"), invokeIdentityArn="arn:aws:iam::1:role/r",
    )  # fmt: skip


def _cognito(trigger: str) -> dict[str, Any]:
    caller = {"awsSdkVersion": "1", "clientId": "c"}
    return {
        "version": "1", "triggerSource": trigger, "region": REGION, "userPoolId": f"{REGION}_1", "userName": "u",
        "callerContext": caller, "request": {"userAttributes": {"email": "u@example.com"}}, "response": {},
    }  # fmt: skip


def _web_socket(kind: str) -> dict[str, Any]:
    route = {"CONNECT": "$connect", "DISCONNECT": "$disconnect"}.get(kind, "predict")
    context = {
        "routeKey": route, "eventType": kind, "connectionId": "c=", "apiId": "a", "stage": "production",
        "requestId": "r", "messageDirection": "IN", "domainName": "a.execute-api.eu-west-1.amazonaws.com",
    }  # fmt: skip
    return {"requestContext": context, "headers": {"Host": "a"}, "body": '{"instances": []}', "isBase64Encoded": False}


def _custom_resource(kind: str) -> dict[str, Any]:
    return {
        "RequestType": kind, "ServiceToken": _arn("lambda", "function:f"), "ResponseURL": "https://example.com/",
        "StackId": _arn("cloudformation", "stack/s/1"), "RequestId": "1", "LogicalResourceId": "R",
        "ResourceType": "Custom::R", "ResourceProperties": {},
    }  # fmt: skip


def _config_rule(kind: str) -> dict[str, Any]:
    return {
        "version": "1.0", "invokingEvent": f'{{"messageType": "{kind}"}}', "ruleParameters": "{}", "eventLeftScope": 0,
        "resultToken": "t", "configRuleName": "r", "configRuleArn": _arn("config", "r"), "accountId": ACCOUNT,
    }  # fmt: skip


def _authorizer(**members: Any) -> dict[str, Any]:
    return {"type": "REQUEST", "headers": {"authorization": "x"}, "queryStringParameters": {}, **members}


_HTTP = {"http": {"method": "POST", "path": "/predict/winery", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}}
_LATTICE = {"serviceNetworkArn": _arn("vpc-lattice", "servicenetwork/sn-1"), "region": REGION, "timeEpoch": "1"}

SINGLE: dict[str, Any] = {
    "scheduler-with-input": {"task": "nightly"},
    "step-functions-text": "ping",
    "step-functions-number": 5,
    "step-functions-list": [1, 2],
    "step-functions-null": None,
    "step-functions-flag": True,
    "step-functions-empty": {},
    "step-functions-input": {"ExecutionContext": {"Execution": {"Id": "1"}}, "Input": {"a": 1}},
    "no-records": {"Records": []},
    "records-of-text": {"Records": ["a"]},
    "a-warmer": {"warmer": True, "concurrency": 3},
    "a-ping-that-is-none": {"warmup": "true"},
    "serverless-plugin-warmup": {"source": "serverless-plugin-warmup"},
    "console-test": {"key1": "value1", "key2": "value2", "key3": "value3"},
    "rows-alone": {"instances": [{"a": 1}]},
    "sqs": _sqs(),
    "sqs-of-a-request": _sqs('{"area": "winery", "instances": []}'),
    "sns": _sns("hello"),
    "sns-of-s3": _sns('{"Records": []}'),
    "sns-of-an-alarm": _sns('{"AlarmName": "a"}'),
    "kinesis": _kinesis(),
    "kinesis-window": {**_kinesis(), "window": {"start": "a", "end": "b"}, "state": {}, "isFinalInvokeForWindow": True},
    "dynamodb-window": {**_dynamo("INSERT"), "window": {"start": "a", "end": "b"}, "state": {}},
    "firehose": {
        "invocationId": "1", "deliveryStreamArn": _arn("firehose", "deliverystream/d"), "region": REGION,
        "records": [{"recordId": "1", "approximateArrivalTimestamp": 1, "data": "e30="}],
    },
    "msk": {
        "eventSource": "aws:kafka", "eventSourceArn": _arn("kafka", "cluster/c"), "bootstrapServers": "b:9092",
        "records": {"t-0": [{"topic": "t", "partition": 0, "offset": 1, "value": "e30="}]},
    },
    "self-managed-kafka": {"eventSource": "SelfManagedKafka", "bootstrapServers": "b:9092", "records": {}},
    "active-mq": {"eventSource": "aws:mq", "eventSourceArn": _arn("mq", "broker:b"), "messages": [{"data": "e30="}]},
    "rabbit-mq": {"eventSource": "aws:rmq", "eventSourceArn": _arn("mq", "broker:b"), "rmqMessagesByQueue": {}},
    "document-db": {"eventSource": "aws:docdb", "eventSourceArn": _arn("rds", "cluster:c"), "events": [{"event": {}}]},
    "ses": _records(eventSource="aws:ses", eventVersion="1.0", ses={"mail": {}, "receipt": {}}),
    "code-commit": _records(eventSource="aws:codecommit", awsRegion=REGION, codecommit={"references": []}),
    "code-pipeline": {"CodePipeline.job": {"id": "1", "accountId": ACCOUNT, "data": {"actionConfiguration": {}}}},
    "cloud-front": _records(cf={"config": {"distributionId": "E"}, "request": {"method": "GET", "uri": "/models"}}),
    "cloud-front-answer": _records(cf={"config": {"distributionId": "E"}, "response": {"status": "200"}}),
    "logs": {"awslogs": {"data": "H4sI"}},
    "alarm": {
        "source": "aws.cloudwatch", "alarmArn": _arn("cloudwatch", "alarm:a"), "accountId": ACCOUNT,
        "time": "2026-11-28T12:00:00.000+0000", "region": REGION, "alarmData": {"alarmName": "a"},
    },
    "dashboard": {"widgetContext": {"dashboardName": "d", "widgetId": "w"}, "original": "param-to-widget"},
    "connect": {"Name": "ContactFlowEvent", "Details": {"ContactData": {}, "Parameters": {}}},
    "lex": {"sessionId": "1", "bot": {"name": "b"}, "inputTranscript": "hi", "invocationSource": "DialogCodeHook"},
    "alexa": {"version": "1.0", "session": {"new": True}, "request": {"type": "LaunchRequest"}, "context": {}},
    "cognito-sync": {"version": 2, "eventType": "SyncTrigger", "region": REGION, "identityPoolId": "p"},
    "secret-rotation": {"Step": "createSecret", "SecretId": _arn("secretsmanager", "secret:s"), "ClientRequestToken": "t"},
    "s3-batch": {"invocationSchemaVersion": "1.0", "invocationId": "1", "job": {"id": "1"}, "tasks": []},
    "s3-object-lambda": {
        "xAmzRequestId": "1", "getObjectContext": {"inputS3Url": "https://example.com/"}, "configuration": {},
        "userRequest": {"url": "/in", "headers": {}}, "userIdentity": {}, "protocolVersion": "1.00",
    },
    "iot-rule": {"temperature": 21.5, "topic": "house/1"},
    "iot-things": {"eventType": "THING_EVENT", "eventId": "1", "operation": "CREATED", "thingName": "t"},
    "iot-thing-types": {"eventType": "THING_TYPE_EVENT", "eventId": "1", "operation": "CREATED"},
    "iot-thing-groups": {"eventType": "THING_GROUP_EVENT", "eventId": "1", "operation": "CREATED"},
    "iot-button": {"serialNumber": "G030", "clickType": "SINGLE", "batteryVoltage": "2000 mV"},
    "iot-provisioning": {"claimCertificateId": "c", "certificateId": "c", "templateArn": "t", "parameters": {}},
    "app-sync": {"arguments": {"id": "1"}, "identity": None, "source": None, "info": {"fieldName": "f"}, "prev": None},
    "app-sync-batch": [{"arguments": {}, "info": {"fieldName": "f"}}],
    "app-sync-amplify": {"typeName": "Query", "fieldName": "f", "arguments": {}, "identity": {}, "request": {}},
    "app-sync-authorizer": {"authorizationToken": "t", "requestContext": {"apiId": "a", "queryString": "q"}},
    "app-sync-events": {"info": {"channel": {"path": "/c"}, "operation": "PUBLISH"}, "events": [], "request": {}},
    "bedrock-agent": {
        "messageVersion": "1.0", "agent": {"name": "a"}, "apiPath": "/predict/{area}", "httpMethod": "POST",
        "actionGroup": "g", "parameters": [], "sessionId": "1", "inputText": "predict",
    },
    "bedrock-agent-function": {"messageVersion": "1.0", "agent": {}, "function": "f", "actionGroup": "g"},
    "lattice": {"raw_path": "/models", "method": "GET", "headers": {}, "query_string_parameters": {}, "body": ""},
    "lattice-2": {"version": "2.0", "path": "/models", "method": "GET", "headers": {}, "requestContext": _LATTICE},
    "authorizer-token": {"type": "TOKEN", "authorizationToken": "t", "methodArn": _arn("execute-api", "a/s/GET/models")},
    "authorizer-1": _authorizer(
        methodArn=_arn("execute-api", "a/s/POST/predict/winery"), resource="/predict/{area}", path="/predict/winery",
        httpMethod="POST", pathParameters={"area": "winery"}, requestContext={"httpMethod": "POST"},
    ),
    "authorizer-2": _authorizer(
        version="2.0", routeArn=_arn("execute-api", "a/s/POST/predict/winery"), routeKey="POST /predict/{area}",
        rawPath="/predict/winery", pathParameters={"area": "winery"}, requestContext=_HTTP,
    ),
    "authorizer-web-socket": _authorizer(methodArn=_arn("execute-api", "a/s/$connect"), requestContext={}),
    "transfer-family": {"username": "u", "password": "p", "protocol": "SFTP", "serverId": "s", "sourceIp": "192.0.2.1"},
    "security-lake": _records(eventSource="aws:sqs", body="{}"),
    "a-request-without-a-method": {"version": "2.0", "routeKey": "GET /models", "rawPath": "/models", "requestContext": {}},
    "a-request-without-a-path": {"httpMethod": "GET", "resource": "/models", "requestContext": {}},
    "a-context-of-text": {"requestContext": "x", "version": "2.0"},
}  # fmt: skip

FOREIGN: Mapping[str, Any] = {
    **SINGLE,
    **{
        f"bridge-{source}-{name}": _bridge(source, name, state="x")
        for source, names in BRIDGE.items()
        for name in names
    },
    **{f"cognito-{trigger}": _cognito(trigger) for trigger in COGNITO},
    **{f"s3-{name}": _s3(name) for name in S3_NAMES},
    **{f"dynamodb-{name}": _dynamo(name) for name in STATES},
    **{f"web-socket-{kind}": _web_socket(kind) for kind in WEB_SOCKET},
    **{f"custom-resource-{kind}": _custom_resource(kind) for kind in ("Create", "Update", "Delete")},
    **{
        f"config-rule-{kind}": _config_rule(kind)
        for kind in ("ConfigurationItemChangeNotification", "ScheduledNotification", "OversizedConfigurationItem")
    },
    **{
        f"secret-rotation-{step}": {"Step": step, "SecretId": "s", "ClientRequestToken": "t", "RotationToken": "r"}
        for step in ("setSecret", "testSecret", "finishSecret")
    },
}
