"""Bearer tokens of an HTTP API, signed by PyJWT."""

from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local.access import AccessOptions
from sparely_toolkit.local.issuer import LocalIssuer
from tests.local.changes import JWT, secured
from tests.local.conftest import Serve
from tests.local.serving import Answer, Served

FORBIDDEN = (403, b'{"message":"Forbidden"}')
UNAUTHORIZED = (401, b'{"message":"Unauthorized"}')


def seen(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


class TestTokens:
    """HTTP APIs: bearer tokens, signed by PyJWT."""

    @pytest.fixture
    def issuer(self, tmp_path: Path) -> LocalIssuer:
        return LocalIssuer(tmp_path / "issuer")

    def mint(self, served: Served, **claims: Any) -> str:
        return served.service.issuer.mint(served.service.deployment, **claims)

    def ask(self, served: Served, token: str) -> Answer:
        return served.ask("GET", "/models", headers={"authorization": f"Bearer {token}"})

    def test_request_without_a_token_is_unauthorized(self, serve: Serve, issuer: LocalIssuer) -> None:
        """No token gets API Gateway's 401."""
        served = serve(change=secured(JWT), issuer=issuer)

        answer = served.ask("GET", "/models")

        assert seen(answer) == UNAUTHORIZED
        assert answer.values("www-authenticate") == ["Bearer"]
        said = "API Gateway answers 401 to GET /models: `sparely token` prints one that is accepted here.\n"
        assert said in served.log

    def test_hint_names_what_the_run_was_given(self, serve: Serve, issuer: LocalIssuer) -> None:
        """A token of another stage may be of another issuer."""
        served = serve(change=secured(JWT), issuer=issuer, access=AccessOptions(token="--stage prod"))

        served.ask("GET", "/models")

        assert "`sparely token --stage prod` prints one that is accepted here.\n" in served.log

    def test_token_lets_in_and_its_claims_are_in_the_event(self, serve: Serve, issuer: LocalIssuer) -> None:
        """The function sees every claim as text."""
        served = serve(change=secured(JWT), issuer=issuer)

        event = self.ask(served, self.mint(served, groups=["a", "b"], exp=4102444800)).json

        authorizer = event["requestContext"]["authorizer"]["jwt"]
        assert authorizer["scopes"] is None
        assert authorizer["claims"]["groups"] == "[a b]"
        assert authorizer["claims"]["exp"] == "4102444800"

    def test_client_id_stands_in_for_the_audience(self, serve: Serve, issuer: LocalIssuer, tmp_path: Path) -> None:
        """A token without `aud` may name the audience as `client_id`, as some issuers' access tokens do."""
        import jwt

        served = serve(change=secured(JWT), issuer=issuer)
        self.mint(served)
        private = (tmp_path / "issuer" / "key.pem").read_text()
        claims = {"iss": "https://issuer.example.com/", "client_id": "tests", "exp": 4102444800}

        token = jwt.encode(claims, private, algorithm="RS256", headers={"kid": "local"})

        assert self.ask(served, token).status == 200

    @pytest.mark.parametrize(
        "claims",
        [
            pytest.param({"exp": 1}, id="expired"),
            pytest.param({"nbf": 4102444800}, id="not yet valid"),
            pytest.param({"iss": "https://other.example.com/"}, id="another issuer"),
            pytest.param({"aud": "others"}, id="another audience"),
        ],
    )
    def test_token_that_does_not_pass_is_unauthorized(
        self, serve: Serve, issuer: LocalIssuer, claims: dict[str, Any]
    ) -> None:
        """Time, issuer and audience are checked, and the header says what is wrong."""
        served = serve(change=secured(JWT), issuer=issuer)

        answer = self.ask(served, self.mint(served, **claims))

        assert seen(answer) == UNAUTHORIZED
        assert 'error="invalid_token"' in answer.values("www-authenticate")[0]

    def test_token_of_another_key_is_unauthorized(self, serve: Serve, issuer: LocalIssuer, tmp_path: Path) -> None:
        """A signature of another issuer's key does not pass, whatever the claims say."""
        served = serve(change=secured(JWT), issuer=issuer)

        forged = LocalIssuer(tmp_path / "other").mint(served.service.deployment)

        assert seen(self.ask(served, forged)) == UNAUTHORIZED

    @pytest.mark.parametrize("token", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
    def test_what_is_no_signed_token_is_unauthorized(self, serve: Serve, issuer: LocalIssuer, token: str) -> None:
        """Text, half a token and an unsigned token get 401, not an error of ours."""
        served = serve(change=secured(JWT), issuer=issuer)

        assert seen(self.ask(served, token)) == UNAUTHORIZED

    def test_missing_scope_is_forbidden(self, serve: Serve, issuer: LocalIssuer) -> None:
        """A route with scopes wants one of them in the token."""
        served = serve(change=secured(JWT, "predict", "admin"), issuer=issuer)

        refused = self.ask(served, self.mint(served, scope="read"))
        admitted = self.ask(served, self.mint(served, scope="read predict"))

        assert seen(refused) == FORBIDDEN
        assert refused.values("www-authenticate") == ['Bearer scope="predict admin" error="insufficient_scope"']
        assert admitted.json["requestContext"]["authorizer"]["jwt"]["scopes"] == ["predict"]
