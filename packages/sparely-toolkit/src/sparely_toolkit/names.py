"""The names in template.yaml that the toolkit relies on: ids, outputs, parameters, metrics; `sparely doctor` looks."""

from collections.abc import Mapping

FUNCTION = "PredictFunction"
API = "Api"
ALIAS = "live"
"""What the function publishes, and what the API, the alarms and the commands ask."""
CHECK_NEW_VERSION = "CheckNewVersion"
CHECK_ALIAS = "CheckAlias"
CHECKS = (CHECK_NEW_VERSION, CHECK_ALIAS)
"""The functions that CodeDeploy asks before and after traffic moves."""
API_LOGS_ROLE = "ApiGatewayLogsRole"
"""What a REST API's access logs are written with, where the stack sets it."""
BATCH_FUNCTION = "BatchFunction"
"""Scores tables of S3 by the same package, where the template has it and its parameter Batch is S3."""
DEPLOYMENT_APPLICATION = "ServerlessDeploymentApplication"
DEPLOYMENT_GROUP = "PredictFunctionDeploymentGroup"
"""Both are SAM's own, made of the function's DeploymentPreference."""

OUTPUT_API_URL = "ApiUrl"
OUTPUT_ALIAS = "FunctionAlias"
OUTPUT_VERSION = "FunctionVersion"
OUTPUT_CHECK = "PostTrafficCheck"
OUTPUTS = (OUTPUT_API_URL, OUTPUT_ALIAS, OUTPUT_VERSION, OUTPUT_CHECK)

PARAMETER_RELEASE = "ReleaseId"
PARAMETER_ROLLOUT = "Rollout"
PARAMETER_COMMIT = "Commit"
PARAMETER_PROVISIONED = "ProvisionedConcurrency"
PARAMETER_RESERVED = "ReservedConcurrency"
PARAMETER_SNAP_START = "SnapStart"
PARAMETER_ASKS = "AskWhileShifting"
PARAMETER_MOST_ROWS = "MaxRows"
RULE_OF_ISSUER = "IssuerIsNoExample"
"""What runs here needs no issuer that is there: the doctor asks it, and AWS goes by the rule."""

METRIC_NAMESPACE = "Predictions"
METRIC_SERVER_FAULTS = "ServerFaults"

METADATA, SERVICE_NAME, TEMPLATE_VERSION, PACKAGE = "Sparely", "Name", "TemplateVersion", "Package"
"""Metadata.Sparely has what the service is called, the toolkit that the template was written for, and zip or image."""

LINES: Mapping[str, Mapping[str, str]] = {
    "Parameters": {
        PARAMETER_ROLLOUT: "Rollout: {Type: String, Default: AllAtOnce}",
        PARAMETER_RELEASE: 'ReleaseId: {Type: String, Default: ""}',
    },
    "Resources": {
        FUNCTION: "PredictFunction: {Type: AWS::Serverless::Function, Metadata: {BuildMethod: makefile}, "
        "Properties: {CodeUri: src/, Handler: handler.app.lambda_handler, AutoPublishAlias: live}}",
        CHECK_NEW_VERSION: "CheckNewVersion: {Type: AWS::Serverless::Function, Metadata: {BuildMethod: makefile}, "
        "Properties: {CodeUri: src/, Handler: sparely.check.app.before_traffic}}",
        CHECK_ALIAS: "CheckAlias: {Type: AWS::Serverless::Function, Metadata: {BuildMethod: makefile}, "
        "Properties: {CodeUri: src/, Handler: sparely.check.app.after_traffic}}",
    },
    "Outputs": {
        OUTPUT_API_URL: 'ApiUrl: {Value: !Sub "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}',
        OUTPUT_ALIAS: "FunctionAlias: {Value: !Ref PredictFunction.Alias}",
        OUTPUT_VERSION: "FunctionVersion: {Value: !Ref PredictFunction.Version}",
        OUTPUT_CHECK: "PostTrafficCheck: {Value: !Ref CheckAlias}",
    },
}
"""By section and name, the line to add where template.yaml lacks it; the owner's own properties come on top."""
