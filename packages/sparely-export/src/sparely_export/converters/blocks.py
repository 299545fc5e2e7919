"""What goes from step to step of a graph: columns of numbers or words, side by side."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["number", "word"]


@dataclass(frozen=True, slots=True)
class Part:
    """One tensor of shape (n, width): numbers of the graph's type, or strings."""

    name: str
    kind: Kind
    width: int


@dataclass(frozen=True, slots=True)
class Block:
    """
    What scikit-learn holds as one table of n rows: its parts side by side.

    `names` are the columns' names where a step may choose by them, else empty.
    """

    parts: tuple[Part, ...]
    names: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns there are."""
        return sum(part.width for part in self.parts)

    @property
    def kinds(self) -> set[Kind]:
        """What its columns hold."""
        return {part.kind for part in self.parts}
