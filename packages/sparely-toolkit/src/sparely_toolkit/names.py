"""The logical ids, outputs, parameters and metrics of template.yaml that the toolkit relies on; `sparely doctor` looks for each."""

FUNCTION = "PredictFunction"
API = "Api"
CHECK_NEW_VERSION = "CheckNewVersion"
CHECK_ALIAS = "CheckAlias"
CHECKS = (CHECK_NEW_VERSION, CHECK_ALIAS)
"""The functions that CodeDeploy asks before and after traffic moves."""
DEPLOYMENT_APPLICATION = "ServerlessDeploymentApplication"
DEPLOYMENT_GROUP = "PredictFunctionDeploymentGroup"

OUTPUT_API_URL = "ApiUrl"
OUTPUT_ALIAS = "FunctionAlias"
OUTPUT_VERSION = "FunctionVersion"
OUTPUT_CHECK = "PostTrafficCheck"
OUTPUTS = (OUTPUT_API_URL, OUTPUT_ALIAS, OUTPUT_VERSION, OUTPUT_CHECK)

PARAMETER_RELEASE = "ReleaseId"
PARAMETER_ROLLOUT = "Rollout"

METRIC_NAMESPACE = "Predictions"
