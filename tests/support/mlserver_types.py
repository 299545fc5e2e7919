"""Run by a Python that has mlserver: what its types write, and what they read of a service's answers."""

import json
import sys
import urllib.request

from mlserver import types  # type: ignore[import-not-found]
from mlserver.codecs import NumpyCodec, StringCodec  # type: ignore[import-not-found]
from pydantic import BaseModel

ROW = [2.45, 21.0, 98.0, 2.11, 2.8, 0.8, 438.0]


def get(url: str) -> str:
    with urllib.request.urlopen(url) as reply:  # loopback
        return str(reply.read().decode())


def main(url: str) -> None:
    """Print the answer to a request with every member written, null among them, and what metadata says."""
    inputs = [{"name": "features", "shape": [1, 7], "datatype": "FP32", "data": ROW}]
    # By pydantic's own method: MLServer's leaves null out.
    written = BaseModel.model_dump_json(types.InferenceRequest.model_validate({"inputs": inputs}), exclude_none=False)
    assert '"outputs":null' in written
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{url}/v2/models/cultivar/infer", written.encode(), headers)
    with urllib.request.urlopen(request) as reply:  # loopback
        answer = types.InferenceResponse.model_validate_json(reply.read())
    label, probabilities = answer.outputs
    told = {
        "label": StringCodec.decode_output(label),
        "probabilities": NumpyCodec.decode_output(probabilities).shape,
        "server": types.MetadataServerResponse.model_validate_json(get(f"{url}/v2/")).extensions,
        "inputs": [
            each.name
            for each in types.MetadataModelResponse.model_validate_json(get(f"{url}/v2/models/cultivar")).inputs
        ],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
