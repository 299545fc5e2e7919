"""What AWS forbids, by the statement of deployment/role.yaml that would allow it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from sparely_toolkit.safe_yaml import SafeLoader

ROLE = "deployment/role.yaml"
# "User: ARN is not authorized to perform: ACTION on resource: ARN because no identity-based policy allows the … action"
# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html, read 2026-11-29
DENIED = re.compile(
    r"(?P<who>arn:\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: \"?(?P<resource>[^\s\"]+)\"?)?(?:,? with (?P<deny>an explicit deny in an? [\w -]*\w))?"
)
# What has to allow an action beside the policies of who asks; AWS names the first that does not.
_LACKING = re.compile(
    r"\bno ((?:permissions|service|resource|session|VPC|role)[\w -]*? (?:boundary|polic(?:y|ies))) allow"
)
_ENCODED = re.compile(r"Encoded authorization failure message: (\S+)")
_BY_OPERATION = {
    "Invoke": "lambda:InvokeFunction",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
}
"""Operations whose action has another name."""
_RENEW = "deploy that file anew where the account has an older one (`sparely docs first-deployment`, step 8)"


@dataclass(frozen=True, slots=True)
class Statement:
    """
    One statement of role.yaml.

    Attributes:
        line: where it begins, from 1.
        resources: as they stand there, with names such as ${StackName}.
    """

    policy: str
    line: int
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def allows(self, action: str) -> bool:
        return any(fnmatchcase(action.lower(), each.lower()) for each in self.actions)

    def reaches(self, resource: str) -> bool:
        """Whether it may be meant for a resource, whatever account, region and stack the names stand for."""
        patterns = (re.sub(r"\$\{[^}]+\}", "*", each) for each in self.resources)
        return any(fnmatchcase(resource, each) for each in patterns)

    def __str__(self) -> str:
        return f"policy {self.policy}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Denial:
    """
    What AWS forbids whom: an action such as `s3:PutObject`, and on what where it says so.

    Attributes:
        bound: what forbids it, or does not allow it, where that is no policy of who asks.
        encoded: what AWS says in a form that only AWS can read.
    """

    action: str
    who: str = ""
    resource: str = ""
    bound: str = ""
    encoded: str = ""


def denial(message: str, operation: str, file: Path | None) -> Denial | None:
    """
    Read AWS' words; where they name no action, it is the operation's.

    Args:
        operation: as botocore calls it, such as `DescribeStacks`.
        file: role.yaml, which knows which service an operation is of.
    """
    if found := DENIED.search(message):
        who = found["who"].rpartition(":")[2]
        resource = (found["resource"] or "").rstrip(".,")
        bound = f"{found['deny']} forbids it" if found["deny"] else ""
        if lacking := _LACKING.search(message):
            bound = f"no {lacking[1].replace('policies', 'policy')} allows it"
        return Denial(found["action"], who, resource if resource.startswith("arn:") else "", bound)
    if action := _BY_OPERATION.get(operation) or _action_of(operation, file):
        encoded = _ENCODED.search(message)
        return Denial(action, encoded=encoded[1] if encoded else "")
    return None


def advice(denied: Denial, file: Path | None) -> str:
    """What to do about it, with the statement that allows the action, as the rest of a sentence."""
    if "resource-based" in denied.bound:
        return f"{denied.bound}, as of a bucket or a key of another account: ask its owner"
    if denied.bound:
        return f"{denied.bound}, over which nothing in {ROLE} can go: ask who looks after the account"
    if denied.action == "sts:AssumeRole":
        return "a policy of this identity and the trust of that role have to: ask for both, or name another profile"
    if denied.encoded:
        return f"`aws sts decode-authorization-message --encoded-message {denied.encoded}` says which policy it is"
    if file is None or not file.is_file():
        return f"this service has no {ROLE} that would allow it: give this identity that right"
    allowing = [each for each in statements(file) if each.allows(denied.action)]
    if not allowing:
        return f"no statement of {ROLE} allows it: add it there, and deploy that file anew"
    reaching = [each for each in allowing if denied.resource and each.reaches(denied.resource)]
    if denied.resource and not reaching:
        only = allowing[0].resources[0]
        return f"{ROLE} ({allowing[0]}) allows it on {only} only: use such a name, or widen that statement and {_RENEW}"
    return f"{ROLE} ({(reaching or allowing)[0]}) allows it: deploy with that role, or {_RENEW}"


def statements(file: Path) -> Iterator[Statement]:
    """Every statement of the role's policies, in their order; none of a file that is no YAML."""
    try:
        root = yaml.compose(file.read_text("utf-8"), Loader=SafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return
    resources = _member(root, "Resources")
    for resource, properties in resources.value if isinstance(resources, yaml.MappingNode) else ():
        for policy in _mappings(properties, "PolicyDocument"):
            (name,) = _texts(_member(policy, "PolicyName")) or [str(resource.value)]  # a policy of its own has none
            for node in _mappings(_member(policy, "PolicyDocument"), "Action"):
                yield Statement(
                    policy=name,
                    line=node.start_mark.line + 1,
                    actions=tuple(_texts(_member(node, "Action"))),
                    resources=tuple(_texts(_member(node, "Resource"))),
                )


def _action_of(operation: str, file: Path | None) -> str | None:
    if file is None or not operation:
        return None
    actions = (action for each in statements(file) for action in each.actions)
    return next((each for each in actions if each.partition(":")[2] == operation), None)


def _mappings(node: yaml.Node | None, member: str) -> Iterator[yaml.MappingNode]:
    """Every mapping at or below a node that has a member of this name."""
    if isinstance(node, yaml.MappingNode):
        if _member(node, member) is not None:
            yield node
            return
        for _, value in node.value:
            yield from _mappings(value, member)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _mappings(each, member)


def _member(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _texts(node: yaml.Node | None) -> list[str]:
    """Every text at or below a node."""
    if isinstance(node, yaml.ScalarNode):
        return [f"${{{node.value}}}" if node.tag == "!Ref" else str(node.value)]
    if isinstance(node, yaml.SequenceNode):
        return [text for each in node.value for text in _texts(each)]
    return []
