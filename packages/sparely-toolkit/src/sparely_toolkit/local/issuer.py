"""
An issuer of tokens on this machine, since nobody has the real one's keys.

`sparely token` prints one that `sparely run` accepts: `curl -H "authorization: Bearer $(sparely token)"`.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

KEY_ID = "local"
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

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_service(cls, project: Project) -> "LocalIssuer":
        """The issuer of one service: every server and every token of it has the same keys."""
        return cls(project.built.with_name("local-issuer"))

    def jwks(self, file: Path | None) -> tuple[Mapping[str, Any], str]:
        """Give the public keys, those of a file if there is one, and where they are."""
        _need_library()
        path = file or self._public()
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
            configuration: Mapping[str, Any] = authorizer["jwtConfiguration"]
            return configuration
    raise NoIssuer


def _need_library() -> None:
    try:
        import jwt  # noqa: F401
    except ImportError:
        raise NoTokenLibrary from None
