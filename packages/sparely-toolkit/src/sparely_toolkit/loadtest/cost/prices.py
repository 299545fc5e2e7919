"""The prices, read from prices.toml: by region and service, each with its source and the day it was read."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sparely_toolkit.loadtest.cost.bill import Tier

FILE = Path(__file__).with_name("prices.toml")


class UnknownPrice(Exception):
    """prices.toml does not have it."""

    def __init__(self, what: str, known: list[str]) -> None:
        super().__init__(f"prices.toml: no {what}. Available: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table of prices comes from; `basis` says what an unverified one rests on."""

    region: str
    service: str
    read: date
    source: str
    verified: bool
    basis: str

    def age_days(self, today: date) -> int:
        return (today - self.read).days


@dataclass(frozen=True, slots=True)
class Prices:
    """One region's tables, in USD."""

    region: str
    tables: Mapping[str, Mapping[str, Any]]

    def usd(self, service: str, *keys: str) -> float:
        """One price; raises UnknownPrice."""
        return float(self._value(service, *keys))

    def tiers(self, service: str, *keys: str) -> list[Tier]:
        """Prices that fall with the quantity; a single price is one tier. Raises UnknownPrice."""
        value = self._value(service, *keys)
        return [Tier(**each) for each in value] if isinstance(value, list) else [Tier(float(value))]

    def _value(self, service: str, *keys: str) -> Any:
        found: Any = self.tables
        for key in (service, *keys):
            if not isinstance(found, Mapping) or key not in found:
                known = list(found) if isinstance(found, Mapping) else []
                raise UnknownPrice(f'"{".".join((service, *keys))}" in {self.region}', known)
            found = found[key]
        return found


def regions(path: Path = FILE) -> list[str]:
    """The regions that the file has."""
    return list(_document(path)["regions"])


def load(region: str, path: Path = FILE) -> Prices:
    """
    Read a region's prices.

    Raises:
        UnknownPrice: the region is not in the file.
    """
    document = _document(path)
    if region not in document["regions"]:
        raise UnknownPrice(f'region "{region}"', list(document["regions"]))
    return Prices(region, document["regions"][region])


def origins(path: Path = FILE) -> Iterator[Origin]:
    """Where every table comes from, in the file's order."""
    for region, tables in _document(path)["regions"].items():
        for service, table in tables.items():
            yield Origin(region, service, table["read"], table["source"], table["verified"], table.get("basis", ""))


def _document(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
