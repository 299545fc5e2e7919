"""Whether what the parameters name lies where the stack does."""

from collections.abc import Iterator, Mapping

from sparely_toolkit.deployment.doctor.finding import Finding, problem

REGIONAL = ("KmsKeyArn", "CertificateArn")
"""Parameters whose ARN has to be of the stack's region: AWS refuses another half-way."""

NO_SNAPSTART = ("ap-southeast-6", "ap-east-2")
"""
The commercial regions without it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html (read 2026-11-29).
"""


def elsewhere(parameters: Mapping[str, str], region: str) -> Iterator[Finding]:
    """A problem for each that is named in another region than the stack's; nothing where they agree."""
    for name in REGIONAL:
        arn = parameters.get(name, "")
        there = arn.split(":")[3] if arn.count(":") >= 5 else region
        if there != region:
            yield problem(name, f"{arn} is in {there}, and the stack goes to {region}; name one of {region}.")
    if parameters.get("SnapStart", "None") != "None" and region in NO_SNAPSTART:
        yield problem("SnapStart", f"{region} has none; set SnapStart=None, or deploy to another region.")
