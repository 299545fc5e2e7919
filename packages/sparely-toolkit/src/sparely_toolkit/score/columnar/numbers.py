"""Numbers as Python and JSON write them, a column at once."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SMALLEST, LARGEST = 1e-4, 1e9
"""Between these Python and Arrow write the same digits, but for the fraction of a whole number."""


def texts(values: Any) -> Any:
    """
    What `repr` makes of each float; the shortest digits that are read as the same number.

    Args:
        values: n floats of 64 bits, all finite.
    """
    written = values.cast(pa.string())
    smallest, largest = _bounds(values)
    if smallest <= 0 or largest >= 1:  # no number between is whole
        whole = pc.equal(values, pc.trunc(values))
        if pc.any(whole).as_py():
            written = pc.if_else(whole, pc.binary_join_element_wise(written, ".0", ""), written)
    size = values
    if smallest < 0:
        size = pc.abs(values)
        smallest, largest = _bounds(size)
    if smallest >= SMALLEST and largest < LARGEST:
        return written
    odd = pc.less(size, SMALLEST)
    if smallest == 0:
        odd = pc.and_(odd, pc.greater(size, 0.0))
    if largest >= LARGEST:
        odd = pc.or_(odd, pc.greater_equal(size, LARGEST))
    if pc.any(odd).as_py():
        own = pa.array(map(repr, values.filter(odd).to_pylist()), pa.string())
        written = pc.replace_with_mask(written, odd, own)
    return written


def _bounds(values: Any) -> tuple[float, float]:
    bounds = pc.min_max(values)
    return bounds["min"].as_py(), bounds["max"].as_py()
