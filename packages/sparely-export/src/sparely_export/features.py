"""First step of an export: what a model takes, as the manifest tells it to callers."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from sparely.manifest import Accepts

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""The shares of training rows that a feature's quantiles part; a shift of what callers send is seen against them."""
FEW_WORDS = 20
"""
So many are categories in any case; more only where each comes twice on average, which times, numbers of customers and
texts do not, and where new ones are rare.
"""
SEEN_ONCE = 0.05
"""
The share of rows with a word that no other row has; about that share of the rows to come has a word never seen.

Source: Good, "The population frequencies of species and the estimation of population parameters", Biometrika 40, 1953.
"""
_DAY = re.compile(r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4})(?:[T ]\d{1,2}:\d{2}\S*)?")
"""Days, with or without a time: however many were seen, tomorrow is none of them."""

NEVER_SENT = "\ue000missing"
"""
A word, from Unicode's private use area, that stands for a missing one where an estimator treats that as such: as a
category of its own, or as it does words never seen.
"""

Instance: TypeAlias = Mapping[str, Any]
"""One row as callers send it: feature name to JSON value; an absent feature means null."""

FeatureType: TypeAlias = Literal["number", "integer", "boolean", "string"]


@dataclass(frozen=True, slots=True)
class Token:
    """What null becomes in a string column: the word that the model was trained with."""

    token: str


Null: TypeAlias = Literal["refused", "nan", "none"] | Token
"""What null becomes; "none" is None in the row that an owner's `prepare` gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """
    One named value of a row; `minimum`, `maximum` and `categories` are what training saw, not limits.
    Words that hardly ever come twice are no categories, nor are days, and there are none then.

    `accepts` is what the estimator takes, where it refuses other values.
    """

    name: str
    type: FeatureType = "number"
    unit: str | None = None
    required: bool = True
    null: Null = "refused"
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    quantiles: Mapping[str, float] = field(default_factory=dict)
    accepts: Accepts | None = None

    @property
    def numeric(self) -> bool:
        """Whether the value is packed as a number."""
        return self.type != "string"

    @property
    def nullable(self) -> bool:
        """Whether callers may send null."""
        return self.null != "refused"

    def as_json(self) -> dict[str, Any]:
        """Return the feature's entry in manifest.json."""
        entry: dict[str, Any] = {"name": self.name, "type": self.type}
        if self.unit is not None:
            entry["unit"] = self.unit
        if self.type in ("number", "integer"):
            entry |= {"minimum": self.minimum, "maximum": self.maximum}
        if self.quantiles:
            entry["quantiles"] = dict(self.quantiles)
        if self.categories:
            entry["categories"] = list(self.categories)
        if self.accepts:
            entry["accepts"] = {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.accepts._asdict().items()
                if value not in ((), None)
            }
        null = {"token": self.null.token} if isinstance(self.null, Token) else self.null
        return entry | {"required": self.required, "null": null}


def with_ranges(features: Sequence[Feature], training_rows: Sequence[Instance]) -> tuple[Feature, ...]:
    """Fill in the range with its quantiles, or the categories, that training saw in each feature."""
    return tuple(_with_range(feature, training_rows) for feature in features)


def _with_range(feature: Feature, training_rows: Sequence[Instance]) -> Feature:
    seen = [row[feature.name] for row in training_rows if row.get(feature.name) is not None]
    if feature.type == "string":
        return replace(feature, categories=_categories(seen))
    if feature.type == "boolean":
        return feature
    return replace(feature, minimum=min(seen), maximum=max(seen), quantiles=_quantiles(seen))


def _categories(seen: Sequence[str]) -> tuple[str, ...]:
    """The words that were seen, sorted; none where callers will often send others."""
    counts = Counter(seen)
    once = sum(count == 1 for count in counts.values())
    is_known = 2 * len(counts) <= len(seen) and once <= SEEN_ONCE * len(seen)
    if len(counts) > FEW_WORDS and (not is_known or all(map(_DAY.fullmatch, counts))):
        return ()
    return tuple(sorted(counts))


def _quantiles(seen: Sequence[float]) -> dict[str, float]:
    """Each is a value that was seen, so that no interpolation's last bits depend on the processor."""
    values = np.quantile(np.array(seen, dtype=np.float64), QUANTILES, method="lower").tolist()
    return {str(share): value for share, value in zip(QUANTILES, values, strict=True)}
