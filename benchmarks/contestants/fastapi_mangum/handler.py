"""A web framework inside the function: FastAPI behind Mangum, onnxruntime's Python module behind both."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from fastapi import FastAPI, HTTPException
from mangum import Mangum
from pydantic import BaseModel

TYPES = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "BYTES": object}


class PredictRequest(BaseModel):
    instances: list[dict[str, float | str | None]]


class Model:
    def __init__(self, folder):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)

    def predict(self, instances):
        outputs = self.manifest["outputs"]
        answers = dict(zip(outputs, self.session.run(list(outputs.values()), self.inputs(instances)), strict=True))
        if "value" in answers:
            return [{"value": value} for value in answers["value"].ravel().tolist()]
        return [
            {"label": label, "probabilities": dict(zip(self.manifest["labels"], shares, strict=True))}
            for label, shares in zip(answers["label"].tolist(), answers["probabilities"].tolist(), strict=True)
        ]

    def inputs(self, instances):
        return {
            each["name"]: np.array(
                [[value_of(row, name) for name in each["features"]] for row in instances], TYPES[each["datatype"]]
            )
            for each in self.manifest["inputs"]
        }


def value_of(row, feature):
    value = row.get(feature)
    if value is None:
        return "unknown" if feature == "sex" else np.nan
    return value


MODELS = {f"{path.parent.name}/{path.name}": Model(path) for path in sorted(Path(__file__).parent.glob("models/*/*"))}
app = FastAPI()


@app.post("/predict/{area}/{model}")
def predict(area: str, model: str, request: PredictRequest):
    if f"{area}/{model}" not in MODELS:
        raise HTTPException(404)
    return {"predictions": {model: MODELS[f"{area}/{model}"].predict(request.instances)}}


lambda_handler = Mangum(app, lifespan="off")
