"""Whether what the parameters name lies where the stack does."""

from collections.abc import Iterator, Mapping

from sparely_toolkit.deployment.doctor.finding import Finding, problem

REGIONAL = ("KmsKeyArn", "CertificateArn")
"""Parameters whose ARN has to be of the stack's region: AWS refuses another half-way."""


def elsewhere(parameters: Mapping[str, str], region: str) -> Iterator[Finding]:
    """A problem for each that is named in another region than the stack's; nothing where they agree."""
    for name in REGIONAL:
        arn = parameters.get(name, "")
        there = arn.split(":")[3] if arn.count(":") >= 5 else region
        if there != region:
            yield problem(name, f"{arn} is in {there}, and the stack goes to {region}; name one of {region}.")
