"""What all tests of this package share."""

from support.lambda_context import Context, context  # noqa: F401  # pytest finds the fixture here
from support.order import pytest_collection_modifyitems  # noqa: F401  # pytest finds the hook here
