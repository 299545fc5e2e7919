"""
Writes events/: what API Gateway sends for good requests and for every fault, in both payload versions.

`python -m local.sample_events` makes them anew from the models' golden rows; `sam local invoke -e` takes them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handler.routes import ROUTES
from local.events import to_event
from local.request import HttpRequest
from local.routes import Route, RouteTable

PROJECT = Path(__file__).resolve().parents[1]
STAGES = {"1.0": "v1", "2.0": "$default"}
PATHS = dict.fromkeys(key.partition(" ")[2] for key in ROUTES)
# As template.yaml has them: each path also takes its other methods, and a last route any other path.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
ROUTE_TABLE = RouteTable(
    tuple(
        Route(method, path, {}, {})
        for method, path in [(method, path) for path in (*PATHS, "/", "/{proxy+}") for method in METHODS]
    ),
    trailing_slash_matters=True,
)


def event(
    method: str,
    target: str,
    body: str | bytes = b"",
    *,
    payload: str = "2.0",
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """
    Build the event of one HTTP request at a fixed time.

    Args:
        target: path and query, percent-encoded.
        payload: "1.0" as a REST API sends it, "2.0" as an HTTP API does.
    """
    content = body.encode() if isinstance(body, str) else body
    sent = [("Host", "localhost"), ("User-Agent", "sample"), *(headers or {}).items()]
    if content:
        sent += [("Content-Type", media_type), ("Content-Length", str(len(content)))]
    request = HttpRequest(
        method=method,
        target=target,
        headers=tuple(sent),
        body=content,
        source_ip="127.0.0.1",
        protocol="HTTP/1.1",
        port=443,
        request_id="00000000-0000-4000-8000-000000000000",
        extended_request_id="AAAAAAAAAAAAAAA=",
        trace_id="Root=1-00000000-000000000000000000000000",
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )
    found = ROUTE_TABLE.find(method, request.raw_path)
    if found is None:
        raise ValueError(f"API Gateway has no route for {method} {target}.")
    return to_event(request, found, payload=payload, stage=STAGES[payload], region="us-east-1")


def samples(models: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and arguments of `event` for every sample; a fault's name begins with its problem type."""
    yield "models", _get("/models")
    yield "server-metadata", _get("/v2")
    yield "live", _get("/v2/health/live")
    yield "ready", _get("/v2/health/ready")
    golden = {file.parent: json.loads(file.read_text("utf-8")) for file in sorted(models.glob("*/*/golden.json"))}
    for folder, rows in golden.items():
        area, name = folder.parent.name, folder.name
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        yield f"metadata-{name}", _get(f"/v2/models/{name}")
        yield f"ready-{name}", _get(f"/v2/models/{name}/ready")
        yield f"version-{name}", _get(f"/v2/models/{name}/versions/{manifest['version']}")
        yield f"predict-{area}-{name}", _post(f"/predict/{area}/{name}", {"instances": rows["instances"]})
        yield f"infer-{name}", _post(f"/v2/models/{name}/infer", inference(manifest, rows["instances"]))
    for area_folder in sorted({folder.parent for folder in golden}):
        members = [rows["instances"] for folder, rows in golden.items() if folder.parent == area_folder]
        complete = area_rows(members)
        yield f"predict-{area_folder.name}", _post(f"/predict/{area_folder.name}", {"instances": complete})
    folder, rows = next(iter(golden.items()))
    yield from _faults(f"/predict/{folder.parent.name}", folder.name, rows["instances"][0])


def area_rows(members: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Rows that all models of an area take: each model's golden rows side by side, where none has a null."""
    merged = [{name: value for row in each for name, value in row.items()} for each in zip(*members, strict=False)]
    return [row for row in merged if None not in row.values()]


def inference(manifest: Mapping[str, Any], instances: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The instances as an Open Inference Protocol request, one tensor an ONNX input, data flat."""
    return {
        "id": "1",
        "inputs": [
            {
                "name": each["name"],
                "shape": [len(instances), len(each["features"])],
                "datatype": each["datatype"],
                "data": [row.get(name) for row in instances for name in each["features"]],
            }
            for each in manifest["inputs"]
        ],
    }


def _faults(area: str, name: str, row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    model = f"{area}/{name}"
    number = next(feature for feature, value in row.items() if isinstance(value, float))
    without = {feature: value for feature, value in row.items() if feature != number}
    yield "not-json", {"method": "POST", "target": model, "body": '{"instances": ['}
    yield "not-json-empty-body", {"method": "POST", "target": model}
    yield (
        "not-json-nan",
        {"method": "POST", "target": model, "body": f'{{"instances": [{{"{number}": NaN}}]}}'},
    )
    yield "not-json-member-twice", {"method": "POST", "target": model, "body": f'{{"{number}": 1, "{number}": 1}}'}
    yield "unknown-route", _get("/nothing/here")
    yield "unknown-version", _get(f"/v2/models/{name}/versions/0")
    yield "unknown-area", _post("/predict/nowhere", {"instances": [row]})
    yield "unknown-model", _post(f"{area}/nothing", {"instances": [row]})
    yield "method-not-allowed", _get(model)
    yield "too-many-rows", _post(model, {"instances": [{}] * 1001})
    yield "unsupported-media-type", {**_post(model, {"instances": [row]}), "media_type": "text/plain"}
    yield "unsupported-encoding", {**_post(model, {"instances": [row]}), "headers": {"Content-Encoding": "gzip"}}
    yield (
        "binary-tensors",
        {**_post(f"/v2/models/{name}/infer", {}), "headers": {"Inference-Header-Content-Length": "2"}},
    )
    yield "does-not-fit-no-inputs", _post(f"/v2/models/{name}/infer", {"instances": [row]})
    yield "does-not-fit-not-an-object", _post(model, [row])
    yield "does-not-fit-no-instances", _post(model, {"rows": [row]})
    yield "does-not-fit-missing-feature", _post(model, {"instances": [without]})
    yield "does-not-fit-extra-feature", _post(model, {"instances": [{**row, "shoe_size": 42}]})
    yield "does-not-fit-wrong-type", _post(model, {"instances": [row, {**row, number: "high"}]})
    yield "does-not-fit-null", _post(model, {"instances": [{**row, number: None}]})
    yield "does-not-fit-too-large", _post(model, {"instances": [{**row, number: 1e300}]})


def _get(target: str) -> dict[str, Any]:
    return {"method": "GET", "target": target}


def _post(target: str, document: Any) -> dict[str, Any]:
    return {"method": "POST", "target": target, "body": json.dumps(document)}


def main() -> None:
    for payload in STAGES:
        folder = PROJECT / "events" / payload
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.json"):
            stale.unlink()
        for name, arguments in samples(PROJECT / "src" / "models"):
            text = json.dumps(event(**arguments, payload=payload), indent=2, ensure_ascii=False)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
