"""A service with a function URL from end to end: answered where callers are checked."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from sparely_toolkit.loadtest import authorization
from sparely_toolkit.local.serving import serving
from sparely_toolkit.local.template import read_built
from sparely_toolkit.project import Project
from support.services import built
from tests.built.conftest import CREDENTIALS

pytestmark = pytest.mark.slow
GOLDEN = "winery/cultivar"


@pytest.fixture(scope="module")
def project() -> Project:
    """The built service."""
    return built("function-url")


@pytest.fixture(scope="module")
def url(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """It runs, and signatures are checked."""
    log = tmp_path_factory.mktemp("url") / "log"
    with serving(project.built_template, log, "--enforce-auth", project=project, environment=CREDENTIALS) as server:
        yield server.url


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that the service knows."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, CREDENTIALS[name])


def post(url: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
    """Status and body of a POST that is signed as the load test signs."""
    headers = authorization.headers(kind, url, CREDENTIALS["AWS_REGION"])(f"{url}{path}", body)
    request = urllib.request.Request(f"{url}{path}", body, dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def golden(project: Project) -> tuple[bytes, list[str]]:
    """A body of one model's golden rows, and the labels that it has to be answered with."""
    document = json.loads((project.models / GOLDEN / "golden.json").read_text("utf-8"))
    return json.dumps({"instances": document["instances"]}).encode(), [
        each["label"] for each in document["predictions"]
    ]


@pytest.mark.usefixtures("credentials")
def test_a_signed_request_gets_the_estimators_answers(project: Project, url: str) -> None:
    """As the template says, signatures are for `lambda`."""
    body, labels = golden(project)

    kind = authorization.kind(read_built(project).api.body)
    status, answer = post(url, f"/predict/{GOLDEN}", body, kind)

    assert (kind, status) == ("iam-lambda", 200)
    assert [each["label"] for each in json.loads(answer)["predictions"]["cultivar"]] == labels


@pytest.mark.usefixtures("credentials")
def test_a_signature_for_a_gateway_is_refused(url: str) -> None:
    """In a function URL's own words."""
    assert post(url, f"/predict/{GOLDEN}", b"{}", "iam") == (403, b'{"Message":"Forbidden"}')


@pytest.mark.usefixtures("credentials")
def test_an_encoded_path_is_signed_as_aws_signs_it(url: str) -> None:
    """Encoded twice in what is signed; the function decodes it once, and knows no such area."""
    status, answer = post(url, "/predict/north%20wing", b'{"instances": []}', "iam-lambda")

    assert status == 404
    assert "north wing" in answer.decode()
