"""The runtime API: `POST /endpoints/{name}/invocations`, as boto3 and API Gateway call it."""

from collections.abc import Mapping

from aiohttp import web

from sparely_sagemaker.forwarding import LONGEST
from sparely_sagemaker.runtime import faults
from sparely_sagemaker.runtime.endpoint import Endpoint
from sparely_sagemaker.runtime.faults import InvokeFault
from sparely_sagemaker.runtime.instance import Reply

TARGET = "x-amzn-sagemaker-target-model"
ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
# What InvokeEndpoint takes of a request's headers; all others end here.
PASSED = ("content-type", "accept", ATTRIBUTES, TARGET, "x-amzn-sagemaker-inference-id")
_LARGEST_REQUEST = 10 * 1024 * 1024


class RuntimeApi:
    """Serves endpoints by name; signatures are taken as they come."""

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self._endpoints = endpoints

    def application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_REQUEST)
        application.router.add_post("/endpoints/{name}/invocations", self._handle)
        return application

    async def _handle(self, request: web.Request) -> web.Response:
        try:
            reply = await self.invoke(request.match_info["name"], request.headers, await request.read())
        except InvokeFault as fault:
            headers = {"x-amzn-ErrorType": fault.kind, "content-type": "application/json"}
            return web.Response(status=fault.status, body=fault.document(), headers=headers)
        return web.Response(status=200, body=reply.body, headers=_returned(reply))

    async def invoke(self, name: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """
        Invoke an endpoint by its name.

        Raises:
            InvokeFault: there is no prediction.
        """
        endpoint = self._endpoints.get(name)
        if endpoint is None:
            raise faults.validation(f"Endpoint {name} of account 123456789012 not found.")
        lower = {each.lower(): value for each, value in headers.items()}
        attributes = lower.get(ATTRIBUTES, "")
        if len(attributes) > LONGEST or not attributes.isascii():
            raise faults.validation("1 validation error detected: Value at 'customAttributes' is not valid.")
        passed = {each: lower[each] for each in PASSED if each in lower}
        return await endpoint.invoke(lower.get(TARGET, ""), passed, body)


def _returned(reply: Reply) -> dict[str, str]:
    """A container's own headers do not come back, but for the content type and the attributes."""
    headers = {"content-type": reply.headers.get("content-type", "application/octet-stream")}
    if ATTRIBUTES in reply.headers:
        headers["X-Amzn-SageMaker-Custom-Attributes"] = reply.headers[ATTRIBUTES]
    return {**headers, "x-Amzn-Invoked-Production-Variant": "AllTraffic"}
