"""The table of AWS' faults: for botocore's errors and SAM's, what each means and what to do about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sparely_toolkit.deployment import access, stack_states
from sparely_toolkit.deployment.client_errors import MISSET, NOT_AWS
from sparely_toolkit.deployment.faults import Fault, Place
from sparely_toolkit.deployment.region_names import unknown_region
from sparely_toolkit.samconfig import Stage

LOGIN = "`aws configure sso` once, then `aws sso login` (`sparely docs first-deployment`)"
MANAGED = "aws-sam-cli-managed-default"
"""The stack that SAM makes for its bucket, one for an account and region."""
NO_CREDENTIALS = f"No AWS credentials are here: {LOGIN}"
NO_BUCKET = "There is no bucket {}, which {table} names: make it, or set resolve_s3 = true instead"

Say = Callable[[Fault, Place, re.Match[str]], str | None]


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    What some faults mean.

    Attributes:
        code: all of the code, as a regular expression; any where empty.
        message: part of the message, likewise.
        say: the sentence without its full stop, with the message's groups and the place's names to fill in, or what
            makes it; None leaves the fault to the meanings below.
    """

    code: str
    message: str
    say: str | Say


def bucket_gone(stage: Stage) -> str:
    """What to do where SAM's bucket was deleted and its stack was not."""
    delete = f"`{stage.aws('cloudformation')} delete-stack --stack-name {MANAGED}`"
    return (
        f"SAM's bucket for packages was deleted and its stack {MANAGED} was not: {delete}, then "
        f"`{stage.command('deploy')}` makes both anew"
    )


def _not_reached(fault: Fault, place: Place, found: re.Match[str]) -> str:
    host = found[1].strip("\"'").partition("://")[2].partition("/")[0]
    if place.region and place.region in host.split(".") and (unknown := unknown_region(place.region)):
        return f"AWS is not reached at {host}, and {unknown}"
    return (
        f"AWS is not reached at {host}: this machine has no network, or needs HTTPS_PROXY set right; "
        "try again when it has, nothing was lost"
    )


def _forbidden(fault: Fault, place: Place, found: re.Match[str]) -> str | None:
    denied = access.denial(fault.message, fault.operation, place.role)
    if denied is None:
        return None
    who, on = denied.who or "these credentials", f" on {denied.resource}" if denied.resource else ""
    return f"AWS does not let {who} do {denied.action}{on}: {access.advice(denied, place.role)}"


def _no_bucket(fault: Fault, place: Place, found: re.Match[str]) -> str:
    named = place.stage.settings.get("s3_bucket")
    return NO_BUCKET.format(named, table=place.stage.table) if named else bucket_gone(place.stage)


def _no_profile(fault: Fault, place: Place, found: re.Match[str]) -> str:
    by = place.stage.table if place.stage.profile == found[1] else "AWS_PROFILE"
    return (
        f'There is no profile "{found[1]}" in AWS\' configuration on this machine, and {by} names it: '
        f"`aws configure sso --profile {found[1]}`, or name another"
    )


def _state(fault: Fault, place: Place, found: re.Match[str]) -> str | None:
    return f"Stack {stack_states.sentence(place.stage, found[1])}" if place.stage.stack_name else None


_CREDENTIALS = (
    Meaning("NoCredentialsError|CredentialsError", "", NO_CREDENTIALS),
    Meaning(
        "PartialCredentialsError",
        r"missing: (\S+)",
        f"AWS credentials are half there, without {{0}}: set it too, or {LOGIN}",
    ),
    Meaning(
        "ProfileNotFound|AWSServiceClientError",
        r"profile \(?'?([^')]+)\)?'? (?:could not be|is not) found",
        _no_profile,
    ),
    Meaning(
        "ConfigParseError",
        r"parse config file: (\S+)",
        "{0} is not in AWS' format: mend it, or write it anew with `aws configure`",
    ),
    Meaning("Login\\w+", "", "The AWS session has ended: `aws login{profile}`, then try again"),
    Meaning("CredentialRetrievalError", "still expired", "The AWS session has ended: {login}, then try again"),
    Meaning(
        "ExpiredToken(Exception)?|TokenRefreshRequired|RequestExpired|.*SSOToken.*|SSOError|TokenRetrievalError",
        "",
        "The AWS session has ended: {login}, then try again",
    ),
    Meaning(
        "SignatureDoesNotMatch|InvalidSignatureException",
        r"scoped to (?:a valid region|correct service)",
        "AWS knows no {where}: write one such as eu-central-1 under {table}, or set AWS_REGION",
    ),
    Meaning(
        "HTTPClientError",
        "[Ii]nvalid header",
        "AWS credentials hold a line break or a character that none has: set AWS_ACCESS_KEY_ID, "
        "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile, anew",
    ),
    Meaning(
        "RequestTimeTooSkewed|RequestInTheFuture|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure",
        r"[Ss]ignature (?:expired|not yet current)|too (?:large|skewed)",
        "AWS refuses what this machine signs, since its clock is wrong: set it (`timedatectl set-ntp true`), then try "
        "again",
    ),
    Meaning(
        "SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature(Exception)?",
        "",
        "AWS refuses these credentials, whose secret key does not belong to the access key: set both anew",
    ),
    Meaning(
        "InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken|InvalidTokenId|AuthFailure",
        "",
        "AWS does not know these credentials ({code}): the key is deleted, inactive or mistyped, or the account has "
        f"not enabled {{where}}; {LOGIN}",
    ),
    Meaning(
        "AccessDenied(Exception)?|InvalidIdentityToken(Exception)?",
        r"sts:AssumeRoleWithWebIdentity|OpenIDConnect|[Ii]dentity token",
        f"AWS does not trust the token of this job: {access.ROLE} names another repository or environment, or the "
        "account has no provider for GitHub (`sparely docs first-deployment`, step 8)",
    ),
    Meaning(
        "CredentialRetrievalError|MetadataRetrievalError|InvalidConfigError|InfiniteLoopConfigError"
        "|RefreshWithMFAUnsupportedError",
        r"(.*)",
        "AWS credentials could not be had: {0}; mend the profile, or name another with AWS_PROFILE",
    ),
)
_WAY = (
    Meaning(
        "InvalidRegionError|RegionError",
        r"[Pp]rovided region(?:_name)?:? '?([^']+?)'? doesn't match",
        '"{0}" is no region of AWS: write one such as eu-central-1 under {table}, or set AWS_REGION',
    ),
    Meaning("EndpointConnectionError", r"endpoint URL: (\S+)", _not_reached),
    Meaning(
        "HTTPClientError|ProxyConnectionError",
        r"Failed to parse: (\S+)|proxy URL|[Pp]roxy|SOCKS",
        "AWS is not reached, since the proxy does not answer: set HTTPS_PROXY right, or unset it",
    ),
    Meaning(
        NOT_AWS,
        "",
        "What answers is not AWS, as a proxy or the sign-in page of a network: open a page in a browser, or set "
        "HTTPS_PROXY and AWS_ENDPOINT_URL right, then try again",
    ),
    Meaning(
        rf"{MISSET}|InvalidDefaultsMode"
        r"|Invalid\w*(?:Mode|EndpointsConfig|Configuration|Attempts|Checksum\w*|Proxies\w*)Error",
        "(.*)",
        "AWS' client cannot use what this machine tells it ({0}): look at the variables AWS_* and at ~/.aws/config",
    ),
    Meaning(
        "SSLError",
        "",
        "AWS' certificate is not trusted here, as behind a proxy that opens connections: name the file of its "
        "certificate with AWS_CA_BUNDLE",
    ),
    Meaning(
        "ConnectTimeoutError|ReadTimeoutError|ConnectionClosedError|ConnectionError|HTTPClientError"
        "|ResponseStreamingError",
        "",
        "AWS does not answer in time, as over a slow network or through a firewall: try again, nothing was lost",
    ),
)
_RIGHTS = (
    Meaning(
        "KMS\\w*Exception",
        "",
        "Lambda cannot use the key that the function is encrypted with ({code}): KmsKeyArn has to name one that is "
        "enabled and that its own policy lets the account use (`sparely docs audit`)",
    ),
    Meaning("", access.DENIED.pattern, _forbidden),
    Meaning("AccessDenied(Exception)?|403|Forbidden|UnauthorizedOperation", "", _forbidden),
    Meaning(
        "OptInRequired|SubscriptionRequired(Exception)?",
        "",
        "This AWS account is not activated yet: sign in to its console and finish what it asks for, which takes up to "
        "a day",
    ),
)
_STATES = (
    Meaning("", r"is in:? ?([A-Z_]+) state and can ?not be updated", _state),
    Meaning("", r"(?:in a non-terminal|cannot be updated from) \[([A-Z_]+)\] state", _state),
    Meaning("NoSuchBucket(Error)?", "", _no_bucket),
    Meaning(
        "PermanentRedirect|BucketRegionError|301|DeployBucketInDifferentRegionError|AuthorizationHeaderMalformed",
        "",
        "The bucket for packages is not in {where}: name one that is as s3_bucket under {table}, or set "
        "resolve_s3 = true instead",
    ),
    Meaning(
        "UserException",
        rf"Stack {MANAGED} .*state:(\w+)",
        f"SAM's own stack {MANAGED} is {{0}}: `{{cloudformation}} delete-stack --stack-name {MANAGED}`, then "
        "`{deploy}` again",
    ),
    Meaning(
        "ValidationError|ChangeSetError",
        r"[Rr]ole (arn:\S+) is invalid or cannot be assumed",
        "CloudFormation cannot take the role {0}, which role_arn under {table} names: name one that is there and "
        "trusts cloudformation.amazonaws.com, or none",
    ),
    Meaning(
        "",
        r"Requires capabilities ?: ?\[([^]]+)\]",
        "template.yaml makes what has to be allowed: set capabilities to {0} under {table}",
    ),
    Meaning(
        "OperationInProgress.*|ResourceConflictException|ResourceInUseException",
        "",
        "Another change of the same thing is under way ({operation}): wait until it has ended, then try again",
    ),
    Meaning(
        "ResourceNotFoundException|AliasDoesNotExist.*",
        r"(?:[Ff]unction|Alias)[^:]*: ?(\S+)",
        "{0} is not there any more, though the stack names it: it was deleted by hand; `{delete}`, then `{deploy}` "
        "makes all anew",
    ),
)
_LIMITS = (
    Meaning(
        "Throttling.*|TooManyRequests.*|RequestLimitExceeded|SlowDown|RequestThrottled.*|PriorRequestNotComplete",
        "",
        "AWS asks for patience ({operation}: {code}), since this account calls too often at once: wait a minute, then "
        "try again, nothing was lost",
    ),
    Meaning(
        "ResourceNotReadyException|SnapStart\\w*Exception|EC2\\w*Exception|ENI\\w*Exception",
        "",
        "Lambda is not ready ({operation}: {code}): wait a minute, then try again, nothing was lost",
    ),
    Meaning(
        "LimitExceeded.*|ServiceQuotaExceeded.*|CodeStorageExceeded.*",
        r"(.*)",
        "A quota of this account is used up ({operation}: {0}): delete what is not needed, or ask for more in Service "
        "Quotas",
    ),
    Meaning(
        "InternalFailure|InternalError|InternalServer.*|ServiceException|ServiceUnavailable.*|ServiceFailure|50[0-4]",
        "",
        "AWS has a fault of its own ({operation}: {code}): wait some minutes, then try again; health.aws.amazon.com "
        "says more",
    ),
)
MEANINGS = (*_CREDENTIALS, *_WAY, *_RIGHTS, *_STATES, *_LIMITS)
"""Read from the top; the first that fits says the sentence."""
