"""The prices, read from prices.toml: by region and service, each with its source and the day it was read."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sparely_toolkit.loadtest.cost.bill import Tier
from sparely_toolkit.loadtest.page import Table
from sparely_toolkit.problems import ExitCode, Problem

FILE = Path(__file__).with_name("prices.toml")
OLD_DAYS = 365


class UnknownPrice(Problem):
    """prices.toml does not have it."""

    def __init__(self, what: str, known: list[str]) -> None:
        super().__init__(f"prices.toml: no {what}. Available: {', '.join(known)}.")


class OldPrices(Problem):
    """Prices are older than a year."""

    exit_code = ExitCode.NO

    def __init__(self, old: int, tables: int) -> None:
        super().__init__(f"{old} of {tables} tables of prices are older than a year; look at their pages.")


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
    """
    One region's tables, in USD.

    Attributes:
        instead_of: the region that they stand in for, of which there are none; empty where they are its own.
    """

    region: str
    tables: Mapping[str, Mapping[str, Any]]
    instead_of: str = ""

    @property
    def named(self) -> str:
        """Whose prices these are, as a report says it."""
        return f"{self.region}{self.instead_of and f' (there are none of {self.instead_of} here)'}"

    def usd(self, service: str, *keys: str) -> float:
        """One price; raises UnknownPrice."""
        return float(self._value(service, *keys))

    def tiers(self, service: str, *keys: str) -> list[Tier]:
        """Prices that fall with the quantity; a single price is one tier. Raises UnknownPrice."""
        value = self._value(service, *keys)
        return [Tier(**each) for each in value] if isinstance(value, list) else [Tier(float(value))]

    def _value(self, service: str, *keys: str) -> Any:
        value: Any = self.tables
        for key in (service, *keys):
            if not isinstance(value, Mapping) or key not in value:
                known = list(value) if isinstance(value, Mapping) else []
                raise UnknownPrice(f'"{".".join((service, *keys))}" in {self.region}', known)
            value = value[key]
        return value


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


def of_deployment(region: str, path: Path = FILE) -> Prices:
    """A region's prices, or those of the file's first where it has none of this one."""
    known = regions(path)
    return load(region, path) if region in known else replace(load(known[0], path), instead_of=region)


def origins(path: Path = FILE) -> Iterator[Origin]:
    """Where every table comes from, in the file's order."""
    for region, tables in _document(path)["regions"].items():
        for service, table in tables.items():
            yield Origin(region, service, table["read"], table["source"], table["verified"], table.get("basis", ""))


def origins_table(today: date) -> Table:
    """Where every table comes from, and how old it is."""
    rows = [
        [
            f"{origin.region} {origin.service}",
            f"{origin.read}",
            f"{origin.age_days(today)}",
            "verified" if origin.verified else "not verified",
            "OLD" if origin.age_days(today) > OLD_DAYS else "",
            origin.source,
            origin.basis,
        ]
        for origin in origins()
    ]
    return Table(["Prices", "Read", "Days ago", "", "", "Source", "Rests on"], rows)


def require_fresh(today: date) -> None:
    """
    Look how old the prices are.

    Raises:
        OldPrices: a table is older than a year.
    """
    ages = [origin.age_days(today) for origin in origins()]
    old = sum(age > OLD_DAYS for age in ages)
    if old:
        raise OldPrices(old, len(ages))


def _document(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
