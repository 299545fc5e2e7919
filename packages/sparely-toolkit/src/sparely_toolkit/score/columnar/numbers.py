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
    whole = pc.equal(values, pc.trunc(values))
    if pc.any(whole).as_py():
        written = pc.if_else(whole, pc.binary_join_element_wise(written, ".0", ""), written)
    size = pc.abs(values)
    bounds = pc.min_max(size)
    if bounds["min"].as_py() >= SMALLEST and bounds["max"].as_py() < LARGEST:
        return written
    odd = pc.or_(pc.greater_equal(size, LARGEST), pc.and_(pc.less(size, SMALLEST), pc.greater(size, 0.0)))
    if pc.any(odd).as_py():
        own = pa.array(map(repr, values.filter(odd).to_pylist()), pa.string())
        written = pc.replace_with_mask(written, odd, own)
    return written
