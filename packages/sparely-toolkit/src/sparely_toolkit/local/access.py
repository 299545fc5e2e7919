"""Who may call a route: API key, token or signature, as the OpenAPI body's security schemes say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.local import api_keys, signatures, tokens
from sparely_toolkit.local.api_keys import UsagePlan
from sparely_toolkit.local.issuer import LocalIssuer
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match
from sparely_toolkit.local.settings import SIGNED_FOR, Deployment

Context = Mapping[str, Any]
# Raises Refusal, or gives what the event's requestContext says of the caller.
Check = Callable[[HttpRequest, Match], Context]


@dataclass(frozen=True)
class AccessOptions:
    """
    What is checked.

    Attributes:
        off: nothing at all.
        signatures: SigV4 too, which needs clients that sign.
        jwks: public keys of the issuer; without them those of the local issuer.
        token: options of this run that `sparely token` must be given too, as a shell takes them.
    """

    off: bool = False
    signatures: bool = False
    jwks: Path | None = None
    token: str = ""


@dataclass(frozen=True)
class Access:
    """The checks by security scheme, and sentences about what is checked and what not."""

    checks: Mapping[str, Check]
    default: tuple[str, ...]
    notices: tuple[str, ...] = ()

    def admit(self, request: HttpRequest, match: Match) -> Context:
        """
        Check a request against its route's security.

        Raises:
            Refusal: it does not pass.
        """
        required = match.route.operation.get("security")
        names = self.default if required is None else tuple(name for item in required for name in item)
        context: dict[str, Any] = {}
        for name in names:
            if name in self.checks:
                context.update(self.checks[name](request, match))
        return context


def read(deployment: Deployment, options: AccessOptions, issuer: LocalIssuer) -> Access:
    """
    Make the checks that an API's security schemes ask for.

    Raises:
        Problem: a package or a file is missing that a check needs.
    """
    checks: dict[str, Check] = {}
    notices: list[str] = []
    for name, scheme in deployment.api.body.get("components", {}).get("securitySchemes", {}).items():
        check, notice = _check(scheme, deployment, options, issuer)
        notices.append(notice)
        if check is not None:
            checks[name] = check
    security = deployment.api.body.get("security", [])
    return Access(checks, tuple(name for item in security for name in item), tuple(notices))


def _check(
    scheme: Mapping[str, Any], deployment: Deployment, options: AccessOptions, issuer: LocalIssuer
) -> tuple[Check | None, str]:
    if options.off:
        return None, "Access: not checked at all (--no-auth)."
    authorizer = scheme.get("x-amazon-apigateway-authorizer", {})
    if authorizer.get("type") == "jwt":
        keys, place = issuer.jwks(options.jwks)
        hint = "" if options.jwks else tokens.hint_of(options.token)
        sentence = "; ".join(filter(None, [f"Access: tokens are checked against {place}", hint]))
        return tokens.checker(authorizer, keys, hint), f"{sentence}."
    if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
        if not options.signatures:
            return None, "Access: SigV4 signatures are not checked; --enforce-auth checks them."
        credentials = signatures.local_credentials()
        service, region = str(scheme.get(SIGNED_FOR, signatures.GATEWAY)), deployment.function.region
        key = credentials.access_key
        sentence = f"Access: SigV4 signatures of the access key {key} for {service} in {region} are checked."
        return signatures.checker(credentials, region, service=service), sentence
    if scheme.get("type") == "apiKey" and scheme.get("name", "").lower() == "x-api-key":
        plan = UsagePlan.read(deployment.usage_plan)
        sentence = f"Access: x-api-key is required, as in curl {api_keys.curls_option()}; {plan.sentence}."
        return api_keys.checker(api_keys.local_key(), plan), sentence
    return None, f"Not emulated: the authorizer {authorizer.get('type') or scheme.get('type')}."
