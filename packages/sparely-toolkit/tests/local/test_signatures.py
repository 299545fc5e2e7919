"""SigV4 signatures of an HTTP API, made by botocore."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sparely_toolkit.local import signatures
from sparely_toolkit.local.access import AccessOptions
from tests.local.changes import SIGV4, secured
from tests.local.conftest import Serve
from tests.local.serving import Answer, Served

FORBIDDEN = (403, b'{"message":"Forbidden"}')
BODY = '{"do": "echo"}'


def seen(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


class TestSignatures:
    """HTTP APIs: SigV4, signed by botocore."""

    OPTIONS = AccessOptions(signatures=True)

    @pytest.fixture(autouse=True)
    def no_credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)

    def signed(
        self,
        served: Served,
        path: str,
        *,
        secret: str = "local",
        region: str = "eu-west-1",
        service: str = "execute-api",
    ) -> dict[str, str]:
        """Sign a POST as a client does."""
        headers = {"content-type": "application/json"}
        request = AWSRequest("POST", f"{served.service.url}{path}", headers, BODY)
        SigV4Auth(Credentials("local", secret), service, region).add_auth(request)
        return dict(request.headers.items())

    @pytest.mark.parametrize("path", ["/predict/a", "/predict/a%20b/c?x=2&a=1&x=1", "/predict/%C3%A9"])
    def test_botocores_signature_lets_in(self, serve: Serve, path: str) -> None:
        """What botocore signs passes, with any path and query, and the function sees who called."""
        served = serve(change=secured(SIGV4), access=self.OPTIONS)

        answer = served.ask("POST", path, BODY, self.signed(served, path))

        assert answer.status == 200
        assert answer.json["requestContext"]["authorizer"]["iam"]["accessKey"] == "local"

    @pytest.mark.parametrize(
        "wrong",
        [{"secret": "other"}, {"region": "us-east-1"}, {"service": "lambda"}],
        ids=lambda wrong: next(iter(wrong)),
    )
    def test_wrong_signature_is_forbidden(self, serve: Serve, wrong: dict[str, str]) -> None:
        """Another secret, region or service gets 403."""
        served = serve(change=secured(SIGV4), access=self.OPTIONS)

        assert seen(served.ask("POST", "/predict/a", BODY, self.signed(served, "/predict/a", **wrong))) == FORBIDDEN
        assert "a signature for execute-api in eu-west-1 by the access key local is accepted here" in served.log

    @pytest.mark.parametrize("path", ["/predict/b", "/predict/a?x=1"])
    def test_signature_of_another_request_is_forbidden(self, serve: Serve, path: str) -> None:
        """Path and query are part of what is signed."""
        served = serve(change=secured(SIGV4), access=self.OPTIONS)

        assert seen(served.ask("POST", path, BODY, self.signed(served, "/predict/a"))) == FORBIDDEN

    def test_changed_body_is_forbidden(self, serve: Serve) -> None:
        """The body is part of what is signed."""
        served = serve(change=secured(SIGV4), access=self.OPTIONS)

        answer = served.ask("POST", "/predict/a", '{"do": "who"}', self.signed(served, "/predict/a"))

        assert seen(answer) == FORBIDDEN

    def test_unsigned_request_is_forbidden(self, serve: Serve) -> None:
        """No signature gets 403."""
        assert seen(serve(change=secured(SIGV4), access=self.OPTIONS).ask("GET", "/models")) == FORBIDDEN

    def test_old_signature_is_forbidden(self, serve: Serve) -> None:
        """A signature passes for five minutes."""
        served = serve(change=secured(SIGV4))
        headers = tuple(self.signed(served, "/predict/a").items())
        host = ("host", served.service.url.removeprefix("http://"))
        asked = served.request("POST", "/predict/a", BODY, (*headers, host))
        match = served.service.gateway.table.find("POST", "/predict/a")
        assert match is not None
        later = datetime.now(UTC) + timedelta(minutes=6)
        credentials = signatures.Credentials("local", "local")

        signatures.checker(credentials, "eu-west-1")(asked, match)
        with pytest.raises(Exception, match="no right to this route"):
            signatures.checker(credentials, "eu-west-1", now=lambda: later)(asked, match)

    def test_signatures_are_not_checked_unless_asked(self, serve: Serve) -> None:
        """Without --enforce-auth an unsigned request passes, and the start says so."""
        served = serve(change=secured(SIGV4))

        assert served.ask("GET", "/models").status == 200
        assert "Access: SigV4 signatures are not checked; --enforce-auth checks them." in served.service.notices
