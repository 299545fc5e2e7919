"""Bearer tokens of an HTTP API's JWT authorizer, checked by PyJWT against a set of public keys."""

from collections.abc import Callable, Mapping
from typing import Any

from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match

# API Gateway takes RSA signatures alone.
# Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
_ALGORITHMS = ["RS256", "RS384", "RS512"]


def hint_of(options: str) -> str:
    """Where a token comes from, by the options that `sparely token` has to have in common with `sparely run`."""
    return f"`sparely token{options and f' {options}'}` prints one that is accepted here"


def checker(
    authorizer: Mapping[str, Any], jwks: Mapping[str, Any], hint: str = ""
) -> Callable[[HttpRequest, Match], Mapping[str, Any]]:
    """
    Make the check of signature, `exp`, `nbf`, `iss`, of `aud` or else `client_id`, and of the route's scopes.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    import jwt

    keys = jwt.PyJWKSet.from_dict(dict(jwks))
    issuer = authorizer["jwtConfiguration"]["issuer"]
    audiences = authorizer["jwtConfiguration"]["audience"]

    def check(request: HttpRequest, match: Match) -> Mapping[str, Any]:
        token = (request.header("authorization") or "").removeprefix("Bearer ").removeprefix("bearer ").strip()
        if not token:
            raise _not_authorized("", hint)
        try:
            key = keys[jwt.get_unverified_header(token).get("kid", "")]
            claims = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                issuer=issuer,
                options={"verify_aud": False, "require": ["exp", "iss"]},
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise _not_authorized(str(error), hint) from None
        if not _names_audience(claims, audiences):
            raise _not_authorized("the token does not have a valid audience", hint)
        return {"authorizer": {"jwt": {"claims": _as_text(claims), "scopes": _scopes(claims, match)}}}

    return check


def _names_audience(claims: Mapping[str, Any], audiences: list[str]) -> bool:
    named = claims.get("aud", claims.get("client_id", []))
    return bool({named} & set(audiences) if isinstance(named, str) else set(named) & set(audiences))


def _scopes(claims: Mapping[str, Any], match: Match) -> list[str] | None:
    """Give the route's scopes that the token has; None for a route without; one of them is enough."""
    required = [
        scope for item in match.route.operation.get("security", []) for names in item.values() for scope in names
    ]
    if not required:
        return None
    granted = claims.get("scope", claims.get("scp", ""))
    held = granted.split() if isinstance(granted, str) else granted
    fitting = [scope for scope in required if scope in held]
    if not fitting:
        header = f'Bearer scope="{" ".join(required)}" error="insufficient_scope"'
        raise Refusal(Fault.FORBIDDEN, (("www-authenticate", header),))
    return fitting


def _as_text(claims: Mapping[str, Any]) -> dict[str, str]:
    # Events carry every claim as text, a list in Go's notation: [a b].
    return {
        name: f"[{' '.join(map(str, value))}]" if isinstance(value, list) else str(value)
        for name, value in claims.items()
    }


def _not_authorized(reason: str, hint: str) -> Refusal:
    # Source of the header: developerguide/http-api-troubleshooting-jwt.html; its texts are API Gateway's own.
    header = f'Bearer scope="" error="invalid_token" error_description="{reason}"' if reason else "Bearer"
    return Refusal(Fault.NOT_AUTHORIZED, (("www-authenticate", header),), hint=hint)
