"""The pages in a browser: they work offline, at 1280 and at 400 px, and show what happens."""

import asyncio
import importlib.util
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local.access import AccessOptions
from sparely_toolkit.local.console.charts import live_chart
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.pictures.style import SURFACES
from support.services import MODELS
from tests.local.browser import Browser, Page
from tests.local.changes import KEY, secured
from tests.local.conftest import Serve
from tests.local.serving import Served

V2 = "open-inference-protocol"
EXAMPLE = {"do": "echo", "instances": [{"a": 1}]}
CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": "Tested", "version": "1"},
    "paths": {
        "/predict/a": {
            "post": {
                "requestBody": {"content": {"application/json": {"examples": {"golden": {"value": EXAMPLE}}}}},
                "responses": {"200": {"description": "as sent"}},
            }
        }
    },
}


def see(served: Served, path: str, act: Callable[[Page], Awaitable[Any]], *, width: int = 1280) -> Any:
    """Open a page and do something in it; PICTURES names a folder to look at it afterwards."""

    async def visit() -> Any:
        async with Browser(f"{served.service.url}{path}", width=width) as page:
            found = await act(page)
            if os.environ.get("PICTURES"):
                await page.picture(Path(os.environ["PICTURES"]) / f"{path.strip('/') or 'status'}-{width}.png")
            return found

    return asyncio.run(visit())


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """An openapi.yaml (JSON is YAML)."""
    path = tmp_path / "openapi.yaml"
    path.write_text(json.dumps(CONTRACT))
    return path


@pytest.fixture
def swagger_ui() -> None:
    if importlib.util.find_spec("flask_swagger_ui") is None:
        pytest.skip("flask-swagger-ui is not installed")


@pytest.mark.parametrize("width", [1280, 400])
def test_status_page_shows_what_happened(serve: Serve, width: int) -> None:
    """Requests, statuses and the version's environments are on the page."""
    served = serve()
    for _ in range(3):
        served.order("who")
    served.order("fail")

    async def read(page: Page) -> Any:
        await page.until("document.getElementById('requests').textContent === '4'")
        return await page.run(
            "({versions: [...document.querySelectorAll('#versions td')].map(cell => cell.textContent),"
            " statuses: document.getElementById('statuses').innerText})"
        )

    seen = see(served, "/", read, width=width)

    version, share, environments, _, cold_starts, _, invocations, errors, throttles, *_ = seen["versions"]
    assert (version, share, environments, cold_starts) == ("1", "100 %", "1", "1")
    assert (invocations, errors, throttles) == ("4", "1", "0")
    assert "200: 3" in seen["statuses"]
    assert "500: 1" in seen["statuses"]


def test_status_page_knows_what_was_before_it_was_opened(serve: Serve) -> None:
    """A row a route with its failures, the faults with their sentences, and the seconds in which they came."""
    served = serve()
    refused = {"statusCode": 422, "body": '{"detail": "bmi is missing."}'}
    json_ = {"content-type": "application/json"}
    served.ask("POST", "/predict/clinic/risk", json.dumps({"do": "who"}), json_)
    served.ask("POST", "/predict/winery", json.dumps({"do": "answer", "value": refused}), json_)

    async def read(page: Page) -> Any:
        await page.until("document.querySelectorAll('#faults .bad').length === 1")
        rows = "[...document.querySelectorAll('#{} tr')].map(row => [...row.cells].map(cell => cell.textContent))"
        return await page.run(f"({{routes: {rows.format('routes')}, faults: {rows.format('faults')}, past: past}})")

    seen = see(served, "/", read)

    assert [row[:3] for row in seen["routes"]] == [
        ["POST /predict/clinic/risk", "1", "0"],
        ["POST /predict/winery", "1", "1"],
    ]
    assert [row[1:] for row in seen["faults"]] == [["422", "POST /predict/winery", "bmi is missing."]]
    assert sum(second[1] for second in seen["past"]) == 2


def test_status_page_draws_the_last_minutes(serve: Serve) -> None:
    """By the script that the server makes, with the requests that came before."""
    served = serve()
    served.order("who")

    async def read(page: Page) -> Any:
        path = "document.querySelector('#chart .mark-line path')"
        return await page.until(f"({path} || {{getAttribute: () => ''}}).getAttribute('d').length > 500")

    assert see(served, "/", read)


def test_the_live_chart_takes_whatever_comes() -> None:
    """Its upright axes reach as far as its values do."""
    scales = [layer["encoding"]["y"]["scale"] for view in live_chart()["vconcat"] for layer in view["layer"]]

    assert scales == [{}] * 4


def test_a_prediction_is_tried_by_a_form_of_the_manifest(serve: Serve) -> None:
    """Its fields are the model's features, filled from a golden row; what is sent is what a caller sends."""

    def with_model(deployment: Deployment) -> Deployment:
        shutil.copytree(
            MODELS / "clinic" / "high-risk", deployment.function.artifact / "models" / "clinic" / "high-risk"
        )
        return deployment

    served = serve(change=with_model)
    golden = json.loads((MODELS / "clinic" / "high-risk" / "golden.json").read_text("utf-8"))

    async def try_out(page: Page) -> Any:
        await page.until("document.querySelectorAll('#features label').length > 0")
        await page.run("document.querySelector('#try button').click()")
        return await page.until("document.getElementById('answer').textContent")

    shown = see(served, "/", try_out, width=400)

    status, _, event = shown.partition("\n")
    assert status.startswith("200 in ")
    assert json.loads(event)["rawPath"] == "/predict/clinic/high-risk"
    (sent,) = json.loads(json.loads(event)["body"])["instances"]
    assert sent in golden["instances"]


def test_a_service_whose_models_cannot_be_read_has_no_form(serve: Serve) -> None:
    """The page says so, and goes on."""
    assert serve().ask("GET", "/-/models").json["models"] == []


@pytest.mark.usefixtures("swagger_ui")
def test_the_api_begins_with_predictions_and_folds_the_protocol(serve: Serve, tmp_path: Path) -> None:
    """Of the tags the protocol's stands last, and its routes are not shown until they are asked for."""
    path = tmp_path / "openapi.yaml"
    operations = {f"/v2/{name}": {"get": {"tags": [V2], "responses": {}}} for name in "abc"}
    predict = {"/predict/a": {"post": {"tags": ["predict"], "responses": {}}}}
    tags = [{"name": V2}, {"name": "predict"}]
    path.write_text(json.dumps({**CONTRACT, "tags": tags, "paths": {**operations, **predict}}))

    async def read(page: Page) -> Any:
        await page.until("document.querySelectorAll('.opblock').length > 0")
        return await page.run(
            "({tags: [...document.querySelectorAll('.opblock-tag')].map(each => each.dataset.tag),"
            " shown: [...document.querySelectorAll('.opblock-summary-path')].map(each => each.dataset.path)})"
        )

    assert see(serve(contract=path), "/docs", read) == {"tags": ["predict", V2], "shown": ["/predict/a"]}


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.usefixtures("swagger_ui")
def test_pages_are_dark_where_the_machine_is(serve: Serve, path: str) -> None:
    """Text is lighter than what it stands on."""

    async def darken(page: Page) -> Any:
        scheme = {"name": "prefers-color-scheme", "value": "dark"}
        await page.send("Emulation.setEmulatedMedia", features=[scheme])
        return await page.run("getComputedStyle(document.body).backgroundColor")

    red, *_ = SURFACES["card"][1].removeprefix("#")[:2], None
    assert see(serve(), path, darken).startswith(f"rgb({int(red, 16)},")


def test_status_page_is_live(serve: Serve) -> None:
    """A request that comes while the page is open is counted on it."""
    served = serve()

    async def watch(page: Page) -> bool:
        await page.until("document.getElementById('requests').textContent === '0'")
        await asyncio.to_thread(served.order, "who")
        return bool(await page.until("document.getElementById('requests').textContent === '1'"))

    assert see(served, "/", watch)


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.usefixtures("swagger_ui")
def test_page_fits_and_asks_no_other_machine(serve: Serve, contract: Path, path: str, width: int) -> None:
    """Nothing is wider than the window, and every file comes from here."""
    served = serve(contract=contract)

    async def measure(page: Page) -> Any:
        await page.until("document.readyState === 'complete' && !!document.querySelector('.opblock, #versions td')")
        return await page.run(
            "({wide: document.documentElement.scrollWidth - innerWidth,"
            " hosts: performance.getEntriesByType('resource').map(entry => new URL(entry.name).host || 'data')})"
        )

    seen = see(served, path, measure, width=width)

    assert seen["wide"] <= 0
    assert set(seen["hosts"]) <= {served.service.url.removeprefix("http://"), "data"}


TRY_OUT = """
(() => {
  const button = document.querySelector('.opblock .execute');
  if (!button) { document.querySelector('.opblock-summary-control').click(); return false; }
  if (!(document.querySelector('.opblock textarea') || {}).value) return false;
  button.click();
  return true;
})()
"""


@pytest.mark.usefixtures("swagger_ui")
def test_try_it_out_sends_the_example(serve: Serve, contract: Path) -> None:
    """One click sends openapi.yaml's example to this server, with the key that it wants, and shows the answer."""
    served = serve(kind="rest", change=secured(KEY), contract=contract)

    async def try_out(page: Page) -> Any:
        await page.until("!!document.querySelector('.opblock-summary-control')")
        await page.until(TRY_OUT)
        return await page.until("(document.querySelector('.live-responses-table .microlight') || {}).textContent")

    event = json.loads(see(served, "/docs", try_out))

    assert json.loads(event["body"]) == EXAMPLE
    assert event["path"] == "/predict/a"
    assert event["requestContext"]["identity"]["apiKey"] == "local"


def test_contract_names_this_server(serve: Serve, contract: Path) -> None:
    """The page's document has openapi.yaml's paths and this server's stage."""
    served = serve(kind="rest", contract=contract, access=AccessOptions(off=True))

    document = served.ask("GET", "/-/openapi.json").json

    assert document["paths"] == CONTRACT["paths"]
    assert document["servers"] == [{"url": "/v1"}]
    assert document["x-local-headers"] == {}
