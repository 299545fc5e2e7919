"""GET /models, page by page."""

from collections.abc import Callable
from typing import Any

import pytest

from sparely.handler.catalogue import catalogue
from support.sample_service import SERVICE
from tests.handler.conftest import Reply

SAMPLES = ["clinic/high-risk", "clinic/progression", "winery/alcohol", "winery/cultivar"]


def paths(document: dict[str, Any]) -> list[str]:
    """The models of a page."""
    return [f"{area['name']}/{model['name']}" for area in document["areas"] for model in area["models"]]


def test_pages_follow_each_other() -> None:
    """Each names the last that it lists, the last page none; together they have all models once."""
    first = catalogue(SERVICE.registry, {"limit": "3"})
    second = catalogue(SERVICE.registry, {"limit": "3", "after": first["next"]})

    assert (paths(first), first["next"]) == (SAMPLES[:3], SAMPLES[2])
    assert (paths(second), "next" in second) == (SAMPLES[3:], False)


def test_what_fits_on_a_page_is_the_last_page() -> None:
    """Also where it fills it."""
    assert "next" not in catalogue(SERVICE.registry, {"limit": "4"})


def test_one_area_may_be_asked_for() -> None:
    """Its models alone."""
    assert paths(catalogue(SERVICE.registry, {"area": "winery"})) == SAMPLES[2:]


def test_names_come_with_versions() -> None:
    """And nothing else."""
    listed = catalogue(SERVICE.registry, {"view": "names", "area": "clinic"})

    manifests = SERVICE.registry.areas["clinic"].manifests
    assert listed == {
        "areas": [{"name": "clinic", "models": [{"name": each.name, "version": each.version} for each in manifests]}]
    }


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("view=short", 400, 'The query\'s view is "short"; expected all or names.'),
        ("limit=0", 400, 'The query\'s limit is "0"; expected a whole number from 1 to 1000.'),
        ("limit=1e9", 400, 'The query\'s limit is "1e9"; expected a whole number from 1 to 1000.'),
        ("limit=", 400, 'The query\'s limit is ""; expected a whole number from 1 to 1000.'),
        ("limit=2000&view=names", 400, 'The query\'s limit is "2000"; expected a whole number from 1 to 1000.'),
        ("area=none", 404, 'No area "none". Available: clinic, winery.'),
    ],
)
def test_what_does_not_fit_is_told(call: Callable[..., Reply], query: str, status: int, sentence: str) -> None:
    """With what is taken."""
    reply = call("GET", f"/models?{query}")

    assert (reply.status, reply.document["detail"]) == (status, sentence)


@pytest.mark.parametrize("after", ["", "clinic", "zoo/zebra", "winery/", "/"])
def test_any_place_may_be_gone_on_from(after: str) -> None:
    """Also one of a model that is no longer there."""
    listed = paths(catalogue(SERVICE.registry, {"after": after}))

    assert listed == [path for path in SAMPLES if path.split("/") > after.split("/", 1)]
