"""API keys of a REST API and what their usage plan grants."""

from typing import Any

import pytest

from sparely_toolkit.local.access import AccessOptions
from tests.local.changes import KEY, secured
from tests.local.conftest import Serve
from tests.local.serving import Answer

FORBIDDEN = (403, b'{"message":"Forbidden"}')


def seen(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


class TestKeys:
    """REST APIs: x-api-key."""

    @pytest.mark.parametrize("headers", [{}, {"x-api-key": "wrong"}])
    def test_request_without_the_key_is_forbidden(self, serve: Serve, headers: dict[str, str]) -> None:
        """A missing and a wrong key get API Gateway's 403, and the function is not called."""
        served = serve(kind="rest", change=secured(KEY))

        answer = served.ask("GET", "/models", headers=headers)

        assert seen(answer) == FORBIDDEN
        assert answer.values("x-amzn-errortype") == ["ForbiddenException"]
        assert served.service.pool.figures.invocations == 0

    def test_key_lets_in_and_is_in_the_event(self, serve: Serve) -> None:
        """The function sees the key and its id."""
        served = serve(kind="rest", change=secured(KEY))

        event = served.ask("GET", "/models", headers={"x-api-key": "local"}).json

        identity = event["requestContext"]["identity"]
        assert (identity["apiKey"], identity["apiKeyId"]) == ("local", "local00key")

    def test_key_may_be_another(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        """LOCAL_API_KEY takes the place of `local`."""
        monkeypatch.setenv("LOCAL_API_KEY", "mine")
        served = serve(kind="rest", change=secured(KEY))

        assert served.ask("GET", "/models", headers={"x-api-key": "mine"}).status == 200
        assert seen(served.ask("GET", "/models", headers={"x-api-key": "local"})) == FORBIDDEN

    @pytest.mark.parametrize(
        ("key", "option"), [(None, "-H 'x-api-key: local'"), ("mine", '-H "x-api-key: $LOCAL_API_KEY"')]
    )
    def test_where_the_server_runs_is_said_which_header_is_wanted(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, key: str | None, option: str
    ) -> None:
        """The answer is AWS' own and says nothing of it; a key of one's own is not printed."""
        if key:
            monkeypatch.setenv("LOCAL_API_KEY", key)
        served = serve(kind="rest", change=secured(KEY))

        served.ask("GET", "/models")

        assert f"API Gateway answers 403 to GET /models: the key accepted here goes along as {option}.\n" in served.log

    def test_no_auth_lets_everybody_in(self, serve: Serve) -> None:
        """--no-auth asks for no key, and says so."""
        served = serve(kind="rest", change=secured(KEY), access=AccessOptions(off=True))

        assert served.ask("GET", "/models").status == 200
        assert "Access: not checked at all (--no-auth)." in served.service.notices


class TestUsagePlans:
    """REST APIs: what a key may use."""

    def test_burst_above_the_plan_is_refused(self, serve: Serve) -> None:
        """After the bucket's last token a request gets 429, until the rate has filled it again."""
        change = secured(KEY, Throttle={"RateLimit": 0.001, "BurstLimit": 2})
        served = serve(kind="rest", change=change)

        answers = [served.ask("GET", "/models", headers={"x-api-key": "local"}) for _ in range(3)]

        assert [answer.status for answer in answers] == [200, 200, 429]
        assert answers[2].body == b'{"message":"Too Many Requests"}'
        assert answers[2].values("x-amzn-errortype") == ["TooManyRequestsException"]

    def test_used_quota_is_refused(self, serve: Serve) -> None:
        """A request beyond the quota gets 429 Limit Exceeded."""
        served = serve(kind="rest", change=secured(KEY, Quota={"Limit": 1, "Period": "DAY"}))

        answers = [served.ask("GET", "/models", headers={"x-api-key": "local"}) for _ in range(2)]

        assert [answer.status for answer in answers] == [200, 429]
        assert answers[1].body == b'{"message":"Limit Exceeded"}'
        assert answers[1].values("x-amzn-errortype") == ["LimitExceededException"]

    def test_plan_is_named_at_the_start(self, serve: Serve) -> None:
        """Rate, burst and quota are printed."""
        plan: dict[str, Any] = {"Throttle": {"RateLimit": 5, "BurstLimit": 9}, "Quota": {"Limit": 7, "Period": "WEEK"}}

        served = serve(kind="rest", change=secured(KEY, **plan))

        sentence = "its usage plan grants 5 a second with bursts of 9 and 7 a week"
        wanted = "x-api-key is required, as in curl -H 'x-api-key: local'"
        assert f"Access: {wanted}; {sentence}." in served.service.notices


def test_unknown_authorizer_is_named(serve: Serve) -> None:
    """A Lambda authorizer is not run, and nobody should think that it is."""
    scheme = {"type": "apiKey", "name": "Authorization", "x-amazon-apigateway-authorizer": {"type": "request"}}

    served = serve(change=secured(scheme))

    assert "Not emulated: the authorizer request." in served.service.notices
