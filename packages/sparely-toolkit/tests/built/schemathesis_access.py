"""How schemathesis gets into a service that checks who calls: signatures, tokens or keys, by the API's kind."""

import os
from collections.abc import Callable

import requests
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class Caller(requests.auth.AuthBase):
    """Adds what the service asks for, as the last thing before a request is sent."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(ADDED[os.environ["CHOICE"]](request))
        return request


def signed(request: requests.PreparedRequest) -> dict[str, str]:
    """Headers of a request that is signed with SigV4, for Lambda where there is no gateway."""
    service = "lambda" if os.environ["CHOICE"] == "function-url" else "execute-api"
    known = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    twin = AWSRequest(request.method, request.url, data=request.body or b"")
    SigV4Auth(known, service, os.environ["AWS_REGION"]).add_auth(twin)
    return dict(twin.headers.items())


ADDED: dict[str, Callable[[requests.PreparedRequest], dict[str, str]]] = {
    "http-iam": signed,
    "function-url": signed,
    "http-jwt": lambda request: {"Authorization": f"Bearer {os.environ['TOKEN']}"},
    "rest-key": lambda request: {"x-api-key": os.environ["API_KEY"]},
}

schemathesis.auth.set_from_requests(Caller())  # type: ignore[attr-defined]
