"""Numbers as text, a column at once."""

import math
import random
import struct

import pytest

pa = pytest.importorskip("pyarrow")
from sparely_toolkit.score.columnar import numbers  # noqa: E402

EDGES = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, 1e-4, 9.999999999999999e-05, 1e-5, 5e-324, 2.2250738585072014e-308),
    *(
        1e15,
        999999999999999.9,
        1e16,
        1e17,
        1e9,
        1234567890.5,
        1e10,
        123456789012.5,
        1234567890123.25,
        123456789012345680.0,
        1.7976931348623157e308,
        2.0**53,
        1e22,
        1e23,
        0.1 + 0.2,
    ),
)


def test_edges_are_written_as_python_writes_them() -> None:
    """Where exponents begin, and whole numbers."""
    assert numbers.texts(pa.array(EDGES)).to_pylist() == [*map(repr, EDGES)]


@pytest.mark.parametrize("form", ["<d", "<f"])
def test_any_float_is_written_as_python_writes_it(form: str) -> None:
    """Of 64 and of 32 bits."""
    draw = random.Random(form)
    size = struct.calcsize(form)
    values = [struct.unpack(form, draw.randbytes(size))[0] for _ in range(20_000)]
    values = [value for value in values if math.isfinite(value)] + [
        draw.uniform(-1, 1) * 10 ** draw.randint(-8, 18) for _ in range(20_000)
    ]

    assert numbers.texts(pa.array(values, pa.float64())).to_pylist() == [*map(repr, values)]
