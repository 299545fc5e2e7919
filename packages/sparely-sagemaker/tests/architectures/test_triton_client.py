"""The official Triton client, on each architecture."""

import pytest

pytest.importorskip("tritonclient.http")

from support.triton import (  # noqa: F401
    client,
    test_all_outputs_come_when_none_is_named,
    test_golden_rows_get_the_estimators_answers,
    test_metadata_is_the_manifests,
    test_server_and_models_are_live_and_ready,
)
