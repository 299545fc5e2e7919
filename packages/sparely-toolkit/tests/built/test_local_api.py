"""The built package behind the local API gives what the trained estimators give."""

import pytest

from support.answering import (  # noqa: F401
    test_a_fault_comes_through_whole,
    test_fifty_held_out_rows_get_the_estimators_answers,
    test_the_catalogue_is_that_of_the_sources,
)

pytestmark = pytest.mark.slow
