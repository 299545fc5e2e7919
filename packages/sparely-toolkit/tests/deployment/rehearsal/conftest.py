"""The template of every api choice, as the infrastructure's tests have it."""

from tests.infrastructure.conftest import template

__all__ = ["template"]
