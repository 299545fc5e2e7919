"""The table has what was measured, and what others published beside it where there is any."""

import json
from pathlib import Path

import pytest

from sparely_sagemaker.compare.contestants import CONTESTANTS
from sparely_sagemaker.compare.measuring import Load, Turn
from sparely_sagemaker.compare.priced import Priced
from sparely_sagemaker.compare.report import Published, cost_table, measured_table, picture, summary, write
from sparely_toolkit.local.settings import ApiKind

TITLES = [each.title for each in CONTESTANTS]
TURN = Turn(
    requests=1000,
    failed_percent=1.25,
    p50_ms=4,
    p95_ms=9,
    breaking_point=200,
    function_ms=1.5,
    container_ms=0.5,
    billed_ms=3.2,
    init_ms=110,
)
LOAD = Load(40, 8, (100, 200), 5)
STORY = {
    "lambda": Published(offered=910, failed_percent=0.0),
    "direct": Published(offered=886.83, failed_percent=70.24, held=264),
    "sequential": Published(offered=617.68, failed_percent=70.23, held=184),
}


def lines(table: str) -> dict[str, list[str]]:
    """The cells of each architecture, by its title."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows}


def test_every_architecture_has_a_line_with_the_storys_figures() -> None:
    """184 and 264 a second, and none met; it never asked for a whole area at once."""
    rows = lines(measured_table(summary({each.key: [TURN] for each in CONTESTANTS}, LOAD), STORY))

    assert rows["Inference inside Lambda"][:3] == ["none met", "0.00", "200+"]
    assert rows["Thin Lambda, multi-model endpoint"][:3] == ["", "", "200+"]
    assert rows["The same, one call for each model, as in the story"][:3] == ["184", "70.23", "200+"]
    assert rows["Mapping templates, SageMaker endpoint"][:3] == ["264", "70.24", "200+"]


def test_without_a_story_there_are_no_columns_for_it() -> None:
    """What a service's owner measures is about the service."""
    rows = lines(measured_table(summary({each.key: [TURN] for each in CONTESTANTS}, LOAD)))

    assert {*rows} >= {each.title for each in CONTESTANTS}
    assert all(rows[each.title] == ["200+", "1.25", "4", "9", "1.50", "0.50", "3.2", "110"] for each in CONTESTANTS)


def test_figures_tables_and_picture_are_left_in_a_folder(tmp_path: Path) -> None:
    """The tables are those that are printed, and the figures can be read again."""
    text = write({each.key: [TURN] for each in CONTESTANTS}, LOAD, tmp_path)

    results = json.loads((tmp_path / "compare.json").read_text("utf-8"))
    assert (tmp_path / "compare.md").read_text("utf-8") == text
    assert (tmp_path / "compare.svg").read_text("utf-8") == picture(results)
    assert text == f"{measured_table(results)}\n\n{cost_table(results)}\n"


def test_the_median_of_the_rounds_counts() -> None:
    """One slow round changes nothing."""
    found = summary(
        {
            "lambda": [
                TURN,
                TURN,
                TURN.__class__(**{**{name: getattr(TURN, name) for name in TURN.__slots__}, "p95_ms": 900}),
            ]
        },
        LOAD,
    )

    assert found["contestants"]["lambda"]["p95_ms"] == {"median": 9, "lowest": 9, "highest": 900}


def test_bills_and_picture_name_all() -> None:
    """And say from which load on an endpoint is cheaper, by how heavy a model is."""
    results = summary({each.key: [TURN] for each in CONTESTANTS}, LOAD)

    assert "Endpoint cheaper than Lambda from" in cost_table(results)
    assert all(each.title in cost_table(results) and each.title in picture(results) for each in CONTESTANTS)


GATEWAYS: dict[ApiKind, str] = {
    "rest": "Inference inside Lambda is priced with its own gateway, a REST API.",
    "url": "Inference inside Lambda is priced with its function URL, for which no gateway is paid.",
}


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_it_is_said_which_gateway_is_priced(gateway: ApiKind) -> None:
    """Where it is not an HTTP API, as the thin function has; the first line of the items has its price."""
    table = cost_table(summary({each.key: [TURN] for each in CONTESTANTS}, LOAD, Priced(gateway)))

    assert GATEWAYS[gateway] in table.splitlines()
    items = lines(table.partition("Item by item")[2])
    expected = {"rest": "17.50", "url": "0.00"}[gateway]
    assert [items[title][0] for title in TITLES[:2]] == [expected, "5.00"]


def test_an_endpoint_without_a_price_is_said_in_words() -> None:
    """The function is priced, the endpoint and when it pays are not."""
    priced = Priced("http", "arm64", "ml.m6g.large", "ml.m6g.large")

    table = cost_table(summary({each.key: [TURN] for each in CONTESTANTS}, LOAD, priced))

    assert (
        "Functions are priced as arm64.\nNo price of ml.m6g.large in us-east-1 is known here, so what has such an "
        "endpoint is not known; AWS has it on https://aws.amazon.com/sagemaker/pricing/."
    ) in table
    assert "ml.m5.large" not in table
    rows = lines(table.partition("Item by item")[0])
    assert {title for title in TITLES if set(rows[title]) == {"not known"}} == {*TITLES[1:]}
    assert "Endpoint cheaper than Lambda from" not in table


def test_the_picture_says_where_no_limit_was_met() -> None:
    """Bars of one length for what held all steps, and none where the story has no figure."""
    drawn = picture(summary({each.key: [TURN] for each in CONTESTANTS}, LOAD), STORY)

    assert drawn.count(">200+</text>") == len(CONTESTANTS)
    assert [drawn.count(f">{label}</text>") for label in ("184", "264", "910+")] == [1, 1, 1]
