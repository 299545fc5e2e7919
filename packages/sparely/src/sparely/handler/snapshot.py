"""
What may not be the same in every execution environment that starts from one snapshot is made anew in each.

Loaded only where Lambda takes a snapshot. Models and their open sessions are memory that all may share.
"""

import random
from collections.abc import Callable

from snapshot_restore_py import register_after_restore  # type: ignore[import-untyped]  # in Lambda's runtime


def renew_after_restore() -> None:
    """
    Have Python's `random` begin anew in each restored environment, before anything else of it runs.

    It is for the owner's code: nothing of ours is unique or dated. A request's clock starts with it, its id is
    Lambda's, and the sample of log lines is drawn by the kernel, which is another in each environment.

    Sources, read 2026-11-29: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html and
    https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html (in the order of registration).
    """
    register_after_restore(random.seed)  # without a number it takes the system's


def call_after_restore(function: Callable[[], object]) -> None:
    """Have a function called in each restored environment, after ours and in the order of these calls."""
    register_after_restore(function)
