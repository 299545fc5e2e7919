"""How operators of trees are called, and what makes answers of the sums of their leaves."""

from sparely_export.trees.ensemble import Link

EXACT = "ExactTrees"
"""Begins the name of every operator that is written here; the ones without it are skl2onnx' own."""

SCORE_OPERATORS: dict[Link, str] = {
    "identity": "Identity",
    "exp": "Exp",
}
