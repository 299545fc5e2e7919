"""The floor of everything that is built on onnxruntime's Python module: its import and nothing else."""

import onnxruntime  # noqa: F401


def lambda_handler(event, context):
    return {"statusCode": 200, "body": "{}"}
