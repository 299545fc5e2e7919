"""The issuer of tokens, asked for what API Gateway reads of it when an API is made."""

import json
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning

CHECK = "JwtIssuer"
EXAMPLE = "issuer.example.com"
"""The host of the template's default, which has no keys; its rule IssuerIsNoExample refuses it on AWS."""
DISCOVERY = "/.well-known/openid-configuration"
PATIENCE_S = 5
MOST_BYTES = 1_000_000
_SET = "set JwtIssuer in samconfig.toml to what its tokens have as iss"


def issuer(url: str) -> Finding:
    """
    Read the issuer's discovery document as API Gateway does, which else ends a first deployment in ROLLBACK_COMPLETE.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html, read 2026-11-29.
    """
    parts = urlsplit(url)
    if parts.hostname == EXAMPLE:
        return problem(CHECK, f"{url} is an example; set JwtIssuer and JwtAudience in samconfig.toml.")
    if parts.scheme != "https" or not parts.hostname:
        return problem(CHECK, f"{url} is no address that begins with https://; {_SET}.")
    address = f"{url.rstrip('/')}{DISCOVERY}"
    try:
        context = ssl.create_default_context()  # https, as was looked at
        with urllib.request.urlopen(address, timeout=PATIENCE_S, context=context) as answer:  # noqa: S310
            document = json.loads(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        error.close()
        return problem(CHECK, f"{address} answers {error.code}, and API Gateway reads it when it is deployed; {_SET}.")
    except TimeoutError:
        return _slow(address)
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        return _slow(address) if isinstance(reason, TimeoutError) else problem(CHECK, _unreached(address, reason))
    except ValueError:
        return problem(CHECK, f"{address} is no JSON, and API Gateway reads it when it is deployed; {_SET}.")
    return _judged(url, address, document)


def _judged(url: str, address: str, document: Any) -> Finding:
    if not isinstance(document, dict) or not isinstance(document.get("jwks_uri"), str):
        return problem(CHECK, f"{address} names no jwks_uri, where API Gateway finds the keys of tokens; {_SET}.")
    if document.get("issuer") != url:
        return problem(
            CHECK,
            f"{address} says that its issuer is {document.get('issuer')}, and every token would be refused; "
            "set JwtIssuer in samconfig.toml to that, letter by letter.",
        )
    return ok(CHECK, url)


def _unreached(address: str, reason: object) -> str:
    if isinstance(reason, ssl.SSLError):
        why = "its certificate is not trusted"
    else:
        why = str(getattr(reason, "strerror", None) or reason).rstrip(".")
    return f"{address} is not reached ({why}), and API Gateway reads it when it is deployed; {_SET}."


def _slow(address: str) -> Finding:
    return warning(
        CHECK, f"{address} does not answer here within {PATIENCE_S} s; API Gateway has to reach it when it is deployed."
    )
