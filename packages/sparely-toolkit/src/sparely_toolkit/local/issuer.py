"""
An issuer of tokens on this machine, since nobody has the real one's keys.

`python -m sparely_toolkit.local.issuer` prints a token that the local API accepts: `curl -H "authorization: Bearer $(...)"`.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.local import samconfig, template
from sparely_toolkit.problems import Problem
from sparely_toolkit.local.template import Deployment

KEY_ID = "local"
KEYS = Path(".aws-sam/local-issuer")
_LIFETIME_S = 24 * 3600


class NoTokenLibrary(Problem):
    """PyJWT is missing."""

    def __init__(self) -> None:
        super().__init__("The package pyjwt[crypto] is not installed. Install requirements/dev.txt.")


class NoIssuer(Problem):
    """The API asks for no token."""

    def __init__(self) -> None:
        super().__init__("This API has no JWT authorizer; it needs no token.")


class WrongJwks(Problem):
    """The file of public keys cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: expected a JSON Web Key Set, {why}.")


class LocalIssuer:
    """Holds a key pair in a folder; makes it when it is first needed."""

    def __init__(self, folder: Path = KEYS) -> None:
        self._folder = folder

    def jwks(self, given: Path | None) -> tuple[Mapping[str, Any], str]:
        """Give the public keys, those of a file if one is given, and where they are."""
        _need_library()
        path = given or self._public()
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise WrongJwks(path, str(error)) from None
        if not isinstance(document, dict) or not document.get("keys"):
            raise WrongJwks(path, "found no keys")
        return document, str(path)

    def mint(self, deployment: Deployment, *, lifetime_s: int = _LIFETIME_S, **claims: Any) -> str:
        """
        Sign a token that the API's authorizer accepts.

        Raises:
            NoIssuer: the API has no such authorizer.
        """
        _need_library()
        import jwt

        configuration = _configuration(deployment)
        self._public()
        now = int(time.time())
        token = {
            "iss": configuration["issuer"],
            "aud": configuration["audience"][0],
            "sub": "local",
            "iat": now,
            "exp": now + lifetime_s,
            **claims,
        }
        private = (self._folder / "key.pem").read_text(encoding="ascii")
        return jwt.encode(token, private, algorithm="RS256", headers={"kid": KEY_ID})

    def _public(self) -> Path:
        """Make the key pair unless it is there."""
        public = self._folder / "jwks.json"
        if public.is_file():
            return public
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa
        from jwt.algorithms import RSAAlgorithm

        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        jwk = {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": KEY_ID, "alg": "RS256", "use": "sig"}
        self._folder.mkdir(parents=True, exist_ok=True)
        private = self._folder / "key.pem"
        private.touch(mode=0o600)
        private.write_bytes(pem)
        public.write_text(json.dumps({"keys": [jwk]}), encoding="utf-8")
        return public


def _configuration(deployment: Deployment) -> Mapping[str, Any]:
    for scheme in deployment.api.body.get("components", {}).get("securitySchemes", {}).values():
        authorizer = scheme.get("x-amazon-apigateway-authorizer", {})
        if authorizer.get("type") == "jwt":
            found: Mapping[str, Any] = authorizer["jwtConfiguration"]
            return found
    raise NoIssuer


def _need_library() -> None:
    try:
        import jwt  # noqa: F401
    except ImportError:
        raise NoTokenLibrary from None


def main(arguments: list[str] | None = None) -> int:
    """Print a token."""
    parser = argparse.ArgumentParser(prog="python -m sparely_toolkit.local.issuer", description="Print a token for the local API.")
    parser.add_argument("--template", type=Path, default=Path(".aws-sam/build/template.yaml"))
    parser.add_argument("--samconfig", type=Path, default=Path("samconfig.toml"))
    parser.add_argument("--config-env", default="default")
    given = parser.parse_args(arguments)
    try:
        deployment = template.read(given.template, samconfig.read(given.samconfig, given.config_env))
        print(LocalIssuer().mint(deployment))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
