"""Run by a Python that has kserve: what its REST client gets from a service at the address that is given."""

import asyncio
import json
import sys

from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig  # type: ignore[import-not-found]

ROW = [2.45, 21.0, 98.0, 2.11, 2.8, 0.8, 438.0]


async def main(url: str) -> None:
    """Print the server's and a model's state, an answer, and the sentence of a fault."""
    client = InferenceRESTClient(config=RESTConfig(protocol="v2"))
    features = InferInput("features", [1, 7], "FP32", data=ROW)
    answer = await client.infer(url, InferRequest("cultivar", [features], request_id="7"), model_name="cultivar")
    wrong = InferInput("features", [1, 6], "FP32", data=ROW[:6])
    try:
        await client.infer(url, InferRequest("cultivar", [wrong]), model_name="cultivar")
        sentence = ""
    except Exception as error:
        sentence = str(error)
    told = {
        "live": await client.is_server_live(url),
        "ready": await client.is_server_ready(url),
        "model ready": await client.is_model_ready(url, "cultivar"),
        "id": answer.id,
        "outputs": {each.name: each.data for each in answer.outputs},
        "fault": sentence,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
