"""What the role that deploys is granted beside what handlers ask for, and what it is spared, each with its source."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What deploying needs besides CloudFormation's handlers.
OWN = {
    **dict.fromkeys(
        ["cloudformation:CreateStack", "cloudformation:ListStackResources", "cloudformation:UpdateStack"],
        "SAM's stack of repositories: samcli.lib.bootstrap.companion_stack",
    ),
    **dict.fromkeys(
        [
            "ecr:BatchCheckLayerAvailability",
            "ecr:CompleteLayerUpload",
            "ecr:GetAuthorizationToken",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        "docker push: docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html",
    ),
    **dict.fromkeys(
        ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "a function of an image: docs.aws.amazon.com/lambda/latest/dg/images-create.html",
    ),
    **dict.fromkeys(
        [
            "cloudformation:CreateChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:GetTemplateSummary",
            "s3:PutObject",
        ],
        "sam deploy",
    ),
    "lambda:InvokeFunction": "make smoke, and the check after a first deployment",
    "cloudformation:DescribeStackResource": "make rollback",
    **dict.fromkeys(
        ["logs:DeleteLogDelivery", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:UpdateLogDelivery"],
        "access logs of an HTTP API: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html",
    ),
}


@dataclass(frozen=True)
class Spared:
    """
    Actions that a resource type's handlers ask for and the role has not.

    Attributes:
        types: the resource types whose handlers ask.
        unless: the properties that they are asked for; where template.yaml sets one of them the actions are needed.
        source: where it says that the actions serve these properties.
    """

    actions: str
    types: str
    unless: tuple[str, ...]
    source: str

    def holds(self, resources: Iterable[Mapping[str, Any]]) -> bool:
        """Whether no resource of these types sets one of the properties, under any parameters."""
        concerned = [each for each in resources if re.fullmatch(self.types, each["Type"])]
        return not any(name in each.get("Properties", {}) for each in concerned for name in self.unless)


LAMBDA_PAGES = "docs.aws.amazon.com/lambda/latest/dg"
S3_PAGES = "docs.aws.amazon.com/AmazonS3/latest/userguide"
LOGS_PAGES = "docs.aws.amazon.com/AmazonCloudWatch/latest/logs"
# Read 2026-11-29.
SPARED = (
    Spared("ec2:.*", "AWS::Lambda::Function", ("VpcConfig",), f"{LAMBDA_PAGES}/configuration-vpc.html"),
    Spared(
        "(elasticfilesystem:Describe|s3files:List)MountTargets",
        "AWS::Lambda::Function",
        ("FileSystemConfigs",),
        f"{LAMBDA_PAGES}/configuration-filesystem.html",
    ),
    Spared(
        "lambda:(GetCodeSigningConfig|(Put|Delete)FunctionCodeSigningConfig)",
        "AWS::Lambda::Function",
        ("CodeSigningConfigArn",),
        f"{LAMBDA_PAGES}/configuration-codesigning.html",
    ),
    Spared(
        "lambda:PassCapacityProvider",
        "AWS::Lambda::Function",
        ("CapacityProviderConfig",),
        f"{LAMBDA_PAGES}/lambda-managed-instances.html",
    ),
    Spared(
        "lambda:AssociateRuntimeAlias",
        "AWS::Lambda::Function",
        ("RuntimeManagementConfig",),
        f"{LAMBDA_PAGES}/runtimes-update.html",
    ),
    Spared(
        "lambda:GetLayerVersion",
        "AWS::Lambda::Function",
        ("Layers",),
        f"{LAMBDA_PAGES}/permissions-layer-cross-account.html",
    ),
    Spared(
        "kms:.*",
        "AWS::ECR::Repository",
        ("EncryptionConfiguration",),
        "docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
    ),
    *(
        Spared(actions, "AWS::ECR::Repository", unless, "docs.aws.amazon.com/AmazonECR/latest/APIReference")
        for actions, unless in {
            "ecr:(Put|Delete)LifecyclePolicy": ("LifecyclePolicy",),
            "ecr:DeleteRepositoryPolicy": (),  # SAM's template has one always
            "ecr:PutImageScanningConfiguration": ("ImageScanningConfiguration",),
            "ecr:PutImageTagMutability": ("ImageTagMutability",),
        }.items()
    ),
    Spared(
        "kms:.*",
        "AWS::Lambda::EventSourceMapping",
        ("KmsKeyArn", "FilterCriteria"),
        f"{LAMBDA_PAGES}/invocation-eventfiltering.html",
    ),
    Spared(
        "logs:Put(DataProtectionPolicy|IndexPolicy)|logs:DeleteIndexPolicy",
        "AWS::Logs::LogGroup",
        ("DataProtectionPolicy", "FieldIndexPolicies"),
        f"{LOGS_PAGES}/mask-sensitive-log-data.html and {LOGS_PAGES}/CloudWatchLogs-Field-Indexing.html",
    ),
    Spared(
        "logs:DeleteResourcePolicy",
        "AWS::Logs::LogGroup",
        ("ResourcePolicyDocument",),
        f"{LOGS_PAGES}/iam-access-control-overview-cwl.html",
    ),
    Spared(
        "logs:PutBearerTokenAuthentication",
        "AWS::Logs::LogGroup",
        ("BearerTokenAuthenticationEnabled",),
        f"{LOGS_PAGES}/CWL_HTTP_Endpoints_BearerTokenAuth.html",
    ),
    Spared(
        "logs:PutLogGroupDeletionProtection",
        "AWS::Logs::LogGroup",
        ("DeletionProtectionEnabled",),
        f"{LOGS_PAGES}/protecting-log-groups-from-deletion.html",
    ),
    Spared(
        r"s3:REST\.PUT\.OBJECT|firehose:.*",
        "AWS::Logs::LogGroup",
        ("LogGroupClass",),
        f"{LOGS_PAGES}/CloudWatch_Logs_Log_Classes.html (the class DELIVERY)",
    ),
    Spared(
        "apigateway:(AddCertificateTo|RemoveCertificateFrom)Domain",
        "AWS::ApiGatewayV2::DomainName",
        ("MutualTlsAuthentication",),
        "docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html",
    ),
    Spared(
        "sns:PutDataProtectionPolicy",
        "AWS::SNS::Topic",
        ("DataProtectionPolicy",),
        "docs.aws.amazon.com/sns/latest/dg/message-data-protection.html",
    ),
    Spared(
        "codedeploy:RegisterOnPremisesInstance",
        "AWS::CodeDeploy::DeploymentGroup",
        ("OnPremisesInstanceTagFilters", "OnPremisesTagSet"),
        "docs.aws.amazon.com/codedeploy/latest/userguide/instances-on-premises.html",
    ),
    *(
        Spared(actions, "AWS::S3::Bucket", unless, f"{S3_PAGES}/security_iam_service-with-iam.html")
        for actions, unless in {
            "s3tables:.*|s3:(Create|Delete|Update)Bucket\\w*Metadata\\w+": (
                "MetadataTableConfiguration",
                "MetadataConfiguration",
            ),
            "s3:PutAccelerateConfiguration": ("AccelerateConfiguration",),
            "s3:(Put|Delete)(Bucket)?AnalyticsConfiguration": ("AnalyticsConfigurations",),
            "s3:PutBucketAbac": ("AbacStatus",),
            "s3:PutBucketAcl|s3:PutObjectAcl": ("AccessControl",),
            "s3:(Put|Delete)BucketC(ors|ORS)": ("CorsConfiguration",),
            "s3:DeleteBucket(Encryption|Lifecycle|Tagging)": (),  # no such actions: what is put away is put by Put…Configuration
            "s3:PutIntelligentTieringConfiguration": ("IntelligentTieringConfigurations",),
            "s3:PutInventoryConfiguration": ("InventoryConfigurations",),
            "s3:PutBucketLogging": ("LoggingConfiguration",),
            "s3:(Put|DeleteBucket)MetricsConfiguration": ("MetricsConfigurations",),
            "s3:Put(Bucket)?ObjectLockConfiguration": ("ObjectLockConfiguration", "ObjectLockEnabled"),
            "s3:PutReplicationConfiguration|s3:(Put|Delete)BucketReplication": ("ReplicationConfiguration",),
            "s3:PutBucketVersioning": ("VersioningConfiguration",),
            "s3:(Put|Delete)BucketWebsite": ("WebsiteConfiguration",),
            "s3:DeleteObject": (),  # a bucket that has objects is not deleted
        }.items()
    ),
    Spared(
        "s3:GetObject(Version)?",
        "AWS::StepFunctions::StateMachine",
        ("DefinitionS3Location",),
        "docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html",
    ),
    Spared(
        "kms:.*",
        "AWS::StepFunctions::StateMachine",
        ("EncryptionConfiguration",),
        "docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html",
    ),
    # Not because it is unused: whoever may take a boundary off is not bound by it.
    Spared(
        "iam:DeleteRolePermissionsBoundary",
        "AWS::IAM::Role",
        (),
        "docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    ),
)
# Actions that IAM's reference does not list, so that nothing says which resources they can be limited to.
UNLISTED = {
    **dict.fromkeys(
        ["apigateway:TagResource", "apigateway:UntagResource"],
        "github.com/aws-amplify/amplify-cli/issues/12316: denied on arn:aws:apigateway:REGION::/apis/ID/stages",
    ),
}
