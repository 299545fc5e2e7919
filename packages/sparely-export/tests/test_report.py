"""The line that an export prints."""

from sparely_export import report


def test_line_tells_size_parity_and_metrics() -> None:
    """One line has all that a person looks for first."""
    manifest = {
        "area": "winery",
        "name": "cultivar",
        "version": "0123456789ab",
        "parity": {"rows": 120, "threshold_rows": 60, "largest_difference": 4e-07},
        "metrics": {"accuracy": 0.9667, "held_out_rows": 60},
        "onnx": {"bytes": 28528},
    }

    assert report.line(manifest) == (
        "winery/cultivar 0123456789ab: 28.5 kB; parity on 120 rows (60 at thresholds), "
        "largest difference 4e-07; accuracy 0.9667, held_out_rows 60"
    )
