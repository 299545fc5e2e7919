"""A monthly bill: items of quantity and price, and prices that fall with the quantity."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

HOURS_A_MONTH = 730.0
"""As AWS' pricing calculator counts a month."""
SECONDS_A_MONTH = HOURS_A_MONTH * 3600


Part = Literal["gateway", "function", "logs", "metrics", "alarms, dashboard", "transfer", "endpoint"]
"""What an item is for."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill, in USD, unrounded."""

    name: str
    quantity: float
    unit: str
    usd: float
    part: Part = "function"


@dataclass(frozen=True, slots=True)
class Bill:
    """The items of a month."""

    items: tuple[Item, ...]

    @property
    def usd(self) -> float:
        """The total; AWS rounds it to the cent."""
        return sum(item.usd for item in self.items)

    def of(self, part: Part) -> float:
        """What one part of it costs."""
        return sum(item.usd for item in self.items if item.part == part)

    def __add__(self, other: "Bill") -> "Bill":
        return Bill((*self.items, *other.items))


@dataclass(frozen=True, slots=True)
class Tier:
    """A price for a part of the quantity; `size` None is all the rest."""

    usd: float
    size: float | None = None


def bill(items: Iterable[Item], part: Part = "function") -> Bill:
    """Collect items of one part; those without a quantity are left out."""
    return Bill(tuple(replace(item, part=part) for item in items if item.quantity > 0))


def graduated(quantity: float, tiers: Sequence[Tier]) -> float:
    """Price a quantity, each part of it at the price of its tier."""
    usd = 0.0
    for tier in tiers:
        part = quantity if tier.size is None else min(quantity, tier.size)
        usd += part * tier.usd
        quantity -= part
    return usd


def beyond(quantity: float, free: float, *, free_tier: bool) -> float:
    """What is left to pay for after the free tier, if it counts."""
    return max(0.0, quantity - free) if free_tier else quantity


def whole_ms(duration_ms: float) -> int:
    """Round a duration as Lambda bills it: up to the next ms."""
    return math.ceil(duration_ms - 1e-9)
