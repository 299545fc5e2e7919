"""The table has the story beside what was measured."""

from sparely_sagemaker.compare.contestants import CONTESTANTS
from sparely_sagemaker.compare.measuring import Load, Turn
from sparely_sagemaker.compare.report import cost_table, measured_table, picture, summary

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


def test_every_architecture_has_a_line_with_the_storys_figures() -> None:
    """184 and 264 a second, and none met; it never asked for a whole area at once."""
    text = measured_table(summary({each.key: [TURN] for each in CONTESTANTS}, LOAD))

    lines = {
        line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:5]]
        for line in text.splitlines()
        if line.startswith("|")
    }
    assert lines["Inference inside Lambda"] == ["none met", "0.00", "200+"]
    assert lines["Thin Lambda, multi-model endpoint"] == ["", "", "200+"]
    assert lines["The same, one call for each model, as in the story"] == ["184", "70.23", "200+"]
    assert lines["Mapping templates, SageMaker endpoint"] == ["264", "70.24", "200+"]


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


def test_the_picture_says_where_no_limit_was_met() -> None:
    """Bars of one length for what held all steps, and none where the story has no figure."""
    drawn = picture(summary({each.key: [TURN] for each in CONTESTANTS}, LOAD))

    assert drawn.count(">200+</text>") == len(CONTESTANTS)
    assert [drawn.count(f">{label}</text>") for label in ("184", "264", "910+")] == [1, 1, 1]
