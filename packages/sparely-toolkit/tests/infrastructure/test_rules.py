"""Combinations of parameters that AWS would refuse half-way are refused at the start."""

from collections.abc import Mapping
from typing import Any

import pytest

from sparely_toolkit import names
from sparely_toolkit.local.intrinsics import Resolver
from support.services import APIS
from tests.infrastructure.conftest import Template, read

REFUSED = [
    ({"SnapStart": "PublishedVersions", "ProvisionedConcurrency": "1"}, "SnapStart or provisioned concurrency"),
    ({"ReservedConcurrency": "0", "ProvisionedConcurrency": "1"}, "nothing can be provisioned"),
    ({"Rollout": "Canary10Percent5Minutes", "ProvisionedConcurrency": "1"}, "all traffic at once"),
    ({"Rollout": "Linear10PercentEvery1Minute", "ProvisionedConcurrency": "1"}, "all traffic at once"),
    ({"DailyBudget": "5"}, "needs an AlarmEmail"),
    ({"Batch": "S3", "BatchOutput": "in/"}, "answers would be scored too"),
]
TAKEN: list[Mapping[str, str]] = [
    {},
    {"SnapStart": "PublishedVersions"},
    {"ProvisionedConcurrency": "1"},
    {"ReservedConcurrency": "0"},
    {"DailyBudget": "5", "AlarmEmail": "operator@example.com"},
]


def broken(document: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """Descriptions of the assertions that do not hold."""
    defaults = {name: each.get("Default", "") for name, each in document["Parameters"].items()}
    defaults |= {name: "https://login.shop.com/" for name in ("JwtIssuer",) if name in defaults}
    resolver = Resolver(parameters={**defaults, **given}, conditions={})
    return [
        assertion["AssertDescription"]
        for rule in document["Rules"].values()
        if resolver.value(rule.get("RuleCondition", True))
        for assertion in rule["Assertions"]
        if not resolver.value(assertion["Assert"])
    ]


@pytest.mark.parametrize(("given", "reason"), REFUSED, ids=lambda each: str(each))
def test_what_excludes_each_other_is_refused(template: Template, given: Mapping[str, str], reason: str) -> None:
    """One sentence says why, before anything is made."""
    (sentence,) = broken(template.document, given)

    assert reason in sentence


def test_a_url_for_everybody_has_to_be_confirmed() -> None:
    """Whoever knows it may call then, and the owner pays."""
    document = read("function-url").document

    (sentence,) = broken(document, {"UrlAuth": "NONE"})

    assert sentence.endswith("confirm it with ConfirmPublicUrl=everybody-may-call.")
    assert broken(document, {"UrlAuth": "NONE", "ConfirmPublicUrl": "everybody-may-call"}) == []


def test_the_example_of_an_issuer_is_refused() -> None:
    """API Gateway cannot read its keys, and the first deployment would end in ROLLBACK_COMPLETE."""
    document = read("http-jwt").document

    (sentence,) = broken(document, {"JwtIssuer": document["Parameters"]["JwtIssuer"]["Default"]})

    assert sentence == ("JwtIssuer is an example, whose keys API Gateway cannot read; set the issuer of your tokens.")
    assert names.RULE_OF_ISSUER in document["Rules"]


@pytest.mark.parametrize("api", [each for each in APIS if each != "function-url"])
def test_a_domain_name_needs_its_certificate(api: str) -> None:
    """API Gateway makes none without it."""
    document = read(api).document
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"

    (sentence,) = broken(document, {"DomainName": "api.example.com"})

    assert sentence == "A DomainName needs the CertificateArn of its certificate."
    assert broken(document, {"DomainName": "api.example.com", "CertificateArn": certificate}) == []


@pytest.mark.parametrize("given", TAKEN, ids=str)
def test_what_goes_together_is_taken(template: Template, given: Mapping[str, str]) -> None:
    """Each option alone is fine."""
    assert broken(template.document, given) == []
