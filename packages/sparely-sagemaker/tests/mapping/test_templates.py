"""The mapping templates of direct.yaml, rendered: good bodies and hostile ones."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from sparely_sagemaker import forwarding
from sparely_sagemaker.add_on import AddOn, Architecture
from sparely_sagemaker.mapping import rest_api
from sparely_sagemaker.mapping.templates import Rendered, render
from sparely_sagemaker.mapping.variables import Input

CONTEXT = {"requestId": "id-1", "httpMethod": "POST", "resourcePath": "/predict/{area}/{model}"}
HOSTILE = [
    "it's",
    '"quoted"',
    "two\nlines\r\n",
    "$input.body $context.requestId ${util}",
    "#set($context.responseOverride.status = 200)",
    "#if(true) #end ## comment #* block *#",
    "é ü 予測 😀",
    "\\u0022 \\\\ \\n",
    "a&route=GET /models&raw.area=winery",
    "%00%2F%41",
    "</script>",
    "\u2028\u2029",
]


@pytest.fixture(scope="module")
def integration(added: AddOn) -> dict[str, Any]:
    """The integration of a route with a body."""
    body = rest_api.read(added.template(Architecture.DIRECT), stack_name="stack").body
    return dict(body["paths"]["/predict/{area}/{model}"]["post"]["x-amazon-apigateway-integration"])


@pytest.fixture(scope="module")
def catalogue(added: AddOn) -> str:
    """The request template of a route without a body."""
    body = rest_api.read(added.template(Architecture.DIRECT), stack_name="stack").body
    integration = body["paths"]["/models"]["get"]["x-amazon-apigateway-integration"]
    return str(integration["requestTemplates"]["application/json"])


def asked(integration: dict[str, Any], body: str, **parameters: str) -> Rendered:
    """A request through its template."""
    template = integration["requestTemplates"]["application/json"]
    return render(template, Input(body, {"path": {"area": "clinic", "model": "high-risk", **parameters}}), CONTEXT)


def answered(integration: dict[str, Any], pattern: str, document: dict[str, Any]) -> Rendered:
    """An answer of the runtime API through its template."""
    template = integration["responses"][pattern]["responseTemplates"]["application/json"]
    return render(template, Input(json.dumps(document), {}), CONTEXT)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_body_goes_on_to_the_byte(integration: dict[str, Any], text: str) -> None:
    """Nothing in it is a template, an escape or an end; white space before JSON means nothing."""
    body = json.dumps({"instances": [{"sex": text, text: 1}]}, ensure_ascii=False)

    assert asked(integration, body).text.lstrip() == body


@pytest.mark.parametrize("text", HOSTILE)
def test_a_path_parameter_stays_one(integration: dict[str, Any], text: str) -> None:
    """It reaches the container as it stood in the path, and changes neither route nor other parameters."""
    line = asked(integration, "{}", area=text).request_headers["X-Amzn-SageMaker-Custom-Attributes"]

    assert parse_qs(line, keep_blank_values=True) == {
        "id": ["id-1"],
        "route": ["POST /predict/{area}/{model}"],
        "raw.area": [text],
        "raw.model": ["high-risk"],
    }


def test_the_container_reads_what_the_template_writes(integration: dict[str, Any]) -> None:
    """Template and container are two halves of one way."""
    made = asked(integration, "{}", area="a%2Fb")

    read = forwarding.read(made.request_headers["X-Amzn-SageMaker-Custom-Attributes"], "application/json", b"{}")

    assert read.route == "POST /predict/{area}/{model}"
    assert read.parameters == {"area": "a/b", "model": "high-risk"}


def test_a_long_parameter_is_cut_before_it_breaks_the_attributes(integration: dict[str, Any]) -> None:
    """SageMaker takes 1024 characters; no true name is that long."""
    made = asked(integration, "{}", area="a" * 5000, model="%C3%A9" * 500)

    assert len(made.request_headers["X-Amzn-SageMaker-Custom-Attributes"]) <= forwarding.LONGEST


def test_a_request_without_a_body_says_so(catalogue: str) -> None:
    """InvokeEndpoint wants a body: a stand-in is sent."""
    made = render(catalogue, Input("", {}), {**CONTEXT, "httpMethod": "GET", "resourcePath": "/models"})

    assert made.text.strip() == "{}"
    assert made.request_headers["X-Amzn-SageMaker-Custom-Attributes"] == "id=id-1&route=GET+%2Fmodels&empty=true"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_query_parameter_stays_one(catalogue: str, text: str) -> None:
    """Its name and value reach the container as the client meant them, and change nothing else."""
    made = render(
        catalogue, Input("", {"querystring": {"limit": text, text: "1"}}), {**CONTEXT, "resourcePath": "/models"}
    )

    line = made.request_headers["X-Amzn-SageMaker-Custom-Attributes"]
    assert {name: value for name, value in parse_qs(line, keep_blank_values=True).items() if "query" in name} == {
        "query.limit": [text],
        f"query.{text}": ["1"],
    }


@pytest.mark.parametrize("query", [{"a" * 3000: "1"}, {f"utm_{each}": "é" * 200 for each in range(30)}])
def test_a_long_query_is_cut_before_it_breaks_the_attributes(catalogue: str, query: dict[str, str]) -> None:
    """As the thin function cuts it; what the service reads of a query is short."""
    made = render(catalogue, Input("", {"querystring": query}), {**CONTEXT, "resourcePath": "/models"})

    assert len(made.request_headers["X-Amzn-SageMaker-Custom-Attributes"]) == forwarding.LONGEST


@pytest.mark.parametrize("text", HOSTILE)
def test_the_containers_fault_goes_on_to_the_byte(integration: dict[str, Any], text: str) -> None:
    """With its own status, whatever the caller's value in it is."""
    problem = json.dumps({"type": "urn:problem-type:does-not-fit", "detail": f"sex is {text}"}, ensure_ascii=False)

    made = answered(integration, "424", {"Message": "x", "OriginalStatusCode": 422, "OriginalMessage": problem})

    assert made.text.strip() == problem
    assert made.status == 422


@pytest.mark.parametrize("message", ["Traceback (most recent call last)", "", None, "<html>"])
def test_anything_else_out_of_the_container_tells_nothing(integration: dict[str, Any], message: str | None) -> None:
    """A crash, a timeout or a web server's page is the endpoint's fault, in our own words."""
    made = answered(integration, "424", {"Message": "x", "OriginalStatusCode": 500, "OriginalMessage": message})

    assert made.status == 502
    assert json.loads(made.text)["type"] == "urn:problem-type:endpoint-failed"


@pytest.mark.parametrize(("pattern", "status"), [("400|413", 400), ("429|503|530", 503), ("default", 502)])
def test_the_endpoints_own_errors_become_problem_documents(
    integration: dict[str, Any], pattern: str, status: int
) -> None:
    """Status, sentence and the member that protocol clients read."""
    response = integration["responses"][pattern]

    document = json.loads(answered(integration, pattern, {"Message": "secret arn"}).text)

    assert int(response["statusCode"]) == document["status"] == status
    assert document["error"] == document["detail"]
    assert "secret" not in document["detail"]


def test_no_two_responses_share_a_status(integration: dict[str, Any]) -> None:
    """API Gateway keeps one for each: a second would replace the first."""
    codes = [response["statusCode"] for response in integration["responses"].values()]

    assert len(codes) == len(set(codes))
