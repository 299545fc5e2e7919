"""What a million warm one-row requests cost on Lambda, by the dated price table beside this file."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

PRICES = Path(__file__).parent / "prices.json"
SMALLEST_MEMORY_MB = 128
HEADROOM = 1.25


@dataclass(frozen=True, slots=True)
class Prices:
    """USD of AWS Lambda in one region; `read` is the day on which the source was read."""

    region: str
    source: str
    read: str
    usd_per_million_requests: float
    usd_per_gb_second: float


def read_prices(file: Path = PRICES) -> Prices:
    document = json.loads(file.read_text("utf-8"))
    return Prices(**{name: document[name] for name in Prices.__slots__})


def memory_setting_mb(peak_memory_mb: float) -> int:
    """The smallest setting, in Lambda's steps of 1 MB, that leaves a quarter above the peak."""
    return max(SMALLEST_MEMORY_MB, math.ceil(peak_memory_mb * HEADROOM))


def usd_per_million(duration_ms: float, memory_mb: int, prices: Prices) -> float:
    """Requests and GB-seconds of a million invocations; each is billed in whole ms, rounded up."""
    gb_seconds = 1e6 * math.ceil(duration_ms) / 1_000 * memory_mb / 1_024
    return prices.usd_per_million_requests + gb_seconds * prices.usd_per_gb_second
