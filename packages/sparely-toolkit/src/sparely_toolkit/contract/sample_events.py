"""
What API Gateway sends for good requests and for every fault, made from the models' golden rows.

events/ of a service holds one a model, an area and a problem type, in the payload of its API, for `sparely invoke` and
`sam local invoke -e`, and one for each other way in.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sparely.bundle import Bundle, read_bundles
from sparely.check.inference import input_tensors
from sparely.handler.errors import ServiceError
from sparely.handler.routes import ROUTES
from sparely.manifest import Manifest
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.other_events import other_events
from sparely_toolkit.contract.own_routes import OwnRoute
from sparely_toolkit.contract.sample_faults import faults, get, post
from sparely_toolkit.local.events import to_event
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Route, RouteTable

TRACE_ID = "Root=1-00000000-000000000000000000000000"
KINDS = tuple(error.kind for error in ServiceError.__subclasses__())
SHOWN_ONCE = {*KINDS, "infer"}
ALWAYS_SHOWN = ("models", "predict", "own")
STAGES: Mapping[str, str] = {"1.0": "v1", "2.0": "$default", "url": "$default"}
PATHS = dict.fromkeys(key.partition(" ")[2] for key in ROUTES)
# As template.yaml has them: each path also takes its other methods, and a last route any other path.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def route_table(own: Iterable[str] = ()) -> RouteTable:
    """The gateway's routes: those of every service, and an owner's of these paths."""
    paths = dict.fromkeys((*PATHS, *own, "/", "/{proxy+}"))
    routes = tuple(Route(method, path, {}, {}) for path in paths for method in METHODS)
    return RouteTable(routes, trailing_slash_matters=True)


ROUTE_TABLE = route_table()


def event(
    method: str,
    target: str,
    body: str | bytes = b"",
    *,
    payload: str = "2.0",
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    table: RouteTable | None = None,
) -> dict[str, Any]:
    """
    Build the event of one HTTP request at a fixed time.

    Args:
        target: path and query, percent-encoded.
        payload: "1.0" as a REST API sends it, "2.0" as an HTTP API does, "url" as a function URL.
        table: the gateway's routes; otherwise those of every service.
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
        trace_id=TRACE_ID,
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )
    match = (table or ROUTE_TABLE).find(method, request.raw_path)
    if match is None:
        raise ValueError(f"API Gateway has no route for {method} {target}.")
    return to_event(request, match, payload=payload, stage=STAGES[payload], region="us-east-1")


def samples(models: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and arguments of `event` for every sample of the models below a folder."""
    yield from samples_of(ServiceDescription(read_bundles(models)))


def samples_of(service: ServiceDescription) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and arguments of `event` for every sample; a fault's name begins with its problem type."""
    predict = _predict_names(service.models)
    yield "models", get("/models")
    yield "server-metadata", get("/v2")
    yield "live", get("/v2/health/live")
    yield "ready", get("/v2/health/ready")
    for model in service.models:
        yield from _of_protocol(model)
        rows = {"instances": model.instances}
        yield predict[model.area, model.name], post(f"/predict/{model.area}/{model.name}", rows)
    for area, members in service.areas.items():
        complete = area_rows([model.instances for model in members])
        yield predict[(area,)], post(f"/predict/{area}", {"instances": complete})
    for route in service.own:
        if not route.example_path:
            continue
        if route.method == "GET":
            yield own_name(route), get(route.example_path)
        elif route.body and "example" in route.body:
            yield own_name(route), {**post(route.example_path, route.body["example"]), "method": route.method}
    yield from faults(service.models, service.most_rows)


def own_name(route: OwnRoute) -> str:
    """The name of a sample of an owner's route; two hyphens part a method that is not GET from its path."""
    method = "" if route.method == "GET" else f"--{route.method.lower()}"
    return f"own-{'-'.join(re.findall(r'[A-Za-z0-9]+', route.path)) or 'root'}{method}"


def _of_protocol(model: Bundle) -> Iterator[tuple[str, dict[str, Any]]]:
    path = f"/v2/models/{model.name}"
    yield f"metadata-{model.name}", get(path)
    yield f"ready-{model.name}", get(f"{path}/ready")
    yield f"version-{model.name}", get(f"{path}/versions/{model.version}")
    yield f"infer-{model.name}", post(f"{path}/infer", inference(model.manifest, model.prepared))


def _predict_names(models: Sequence[Bundle]) -> dict[tuple[str, ...], str]:
    """
    Names of the samples that predict, by area and by area with model.

    Where two would have the same, such as area shop-buys and model shop/buys, two hyphens part area and model;
    no name has two.
    """
    routes = dict.fromkeys(parts for model in models for parts in ((model.area,), (model.area, model.name)))
    used = Counter("-".join(parts) for parts in routes)
    return {parts: "predict-" + ("-" if used["-".join(parts)] == 1 else "--").join(parts) for parts in routes}


def area_rows(members: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """
    Rows that all models of an area take: each model's golden rows side by side, where none has a null.

    If all have one, a single row of each feature's first value.
    """
    merged = [{name: value for row in each for name, value in row.items()} for each in zip(*members, strict=False)]
    return [row for row in merged if None not in row.values()] or [_filled(merged)]


def _filled(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each feature's first value that is not null."""
    known = ((name, value) for row in reversed(rows) for name, value in row.items() if value is not None)
    return {**dict.fromkeys(name for row in rows for name in row), **dict(known)}


def inference(manifest: Manifest, prepared: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows as the bare model takes them as an Open Inference Protocol request, one tensor an ONNX input, data flat."""
    return {"id": "1", "inputs": input_tensors(manifest, prepared)}


def event_files(service: ServiceDescription) -> dict[str, str]:
    """The files of events/ by their names."""
    table = route_table(route.path for route in service.own)
    sent = {name: event(**how, payload=service.payload, table=table) for name, how in _shown(service)}
    sent |= other_events(service.models[0])
    return {f"{name}.json": json.dumps(each, indent=2, ensure_ascii=False) + "\n" for name, each in sent.items()}


def _shown(service: ServiceDescription) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of all samples the catalogue, each way to ask for records, one for tensors, and one of each problem type."""
    seen = set()
    for name, how in samples_of(service):
        subject = kind_of(name) or name.partition("-")[0]
        if subject in ALWAYS_SHOWN or (subject in SHOWN_ONCE and subject not in seen):
            yield name, how
        seen.add(subject)


def kind_of(name: str) -> str | None:
    """The problem type that a sample's name begins with; None for a good one."""
    return next((kind for kind in KINDS if name == kind or name.startswith(f"{kind}-")), None)


def is_sample(name: str, content: str) -> bool:
    """Whether a file has been written here, so that it goes with what it shows: an owner's own has not."""
    return (kind_of(name) or name.partition("-")[0]) in {*ALWAYS_SHOWN, *SHOWN_ONCE} and TRACE_ID in content
