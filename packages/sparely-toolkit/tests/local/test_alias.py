"""Weighted routing between versions."""

import asyncio

import pytest

from sparely_toolkit.local.alias import Alias, WrongWeights
from sparely_toolkit.local.invocation import Outcome


class Named:
    """A version that answers with its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def invoke(self, event: bytes, *, invoked_arn: str, trace_id: str) -> Outcome:
        return Outcome("success", self._name.encode(), 1.0)


def asked(alias: Alias) -> str:
    return asyncio.run(alias.invoke(b"{}", invoked_arn="", trace_id="")).payload.decode()


def test_alias_sends_everything_to_its_first_version() -> None:
    """Without weights there is one version."""
    alias = Alias("1", Named("old"), chance=lambda: 0.999)

    assert asked(alias) == "old"


@pytest.mark.parametrize(("point", "version"), [(0.0, "old"), (0.899, "old"), (0.901, "new"), (0.999, "new")])
def test_weights_share_the_traffic(point: float, version: str) -> None:
    """A tenth of all chances goes to the version that has a tenth of the weight."""
    alias = Alias("1", Named("old"), chance=lambda: point)
    alias.add("2", Named("new"))

    alias.route({"1": 0.9, "2": 0.1})

    assert asked(alias) == version


def test_version_without_weight_gets_nothing() -> None:
    """A shift of everything leaves the old version without requests."""
    alias = Alias("1", Named("old"), chance=lambda: 0.0)
    alias.add("2", Named("new"))

    alias.route({"1": 0.0, "2": 1.0})

    assert asked(alias) == "new"


@pytest.mark.parametrize("weights", [{"1": 0.5}, {"1": 1.5, "2": -0.5}])
def test_weights_that_do_not_add_up_are_refused(weights: dict[str, float]) -> None:
    """Shares outside 0 to 1, or of another sum than 1, are refused, and the old weights stay."""
    alias = Alias("1", Named("old"), chance=lambda: 0.0)
    alias.add("2", Named("new"))

    with pytest.raises(WrongWeights) as refusal:
        alias.route(weights)

    assert str(refusal.value) == f"Weights are between 0 and 1 and add up to 1; got {weights}."
    assert asked(alias) == "old"


def test_unknown_version_is_refused() -> None:
    """A weight needs a version that the alias knows."""
    alias = Alias("1", Named("old"))

    with pytest.raises(KeyError):
        alias.route({"3": 1.0})
