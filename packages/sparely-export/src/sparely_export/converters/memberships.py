"""Splits by sets of categories, as trees of thresholds have them: a column of 0 and 1 for each set."""

from collections import defaultdict

import numpy as np
from onnx import TensorProto

from sparely_export.converters.writing import Writer
from sparely_export.trees.ensemble import Ensemble, Membership


def with_memberships(writer: Writer, ensemble: Ensemble, source: str) -> str:
    """The rows, and behind them a column for each split by a set: 0 or 1, so that 0.5 parts them."""
    if not ensemble.memberships:
        return source
    columns: dict[int, list[int]] = defaultdict(list)
    for place, membership in enumerate(ensemble.memberships):
        columns[membership.column].append(place)
    tables = [
        _members(writer, source, [ensemble.memberships[place] for place in places], ensemble)
        for places in columns.values()
    ]
    order = np.argsort([place for places in columns.values() for place in places])
    members = writer.columns(writer.joined(tables), order.tolist())
    return writer.joined([source, members])


def _members(writer: Writer, source: str, memberships: list[Membership], ensemble: Ensemble) -> str:
    """(n, s) of one column: whether its category is in each of the sets, missing and unknown ones too."""
    known = max(max((each.known, *(value + 1 for value in each.yes))) for each in memberships)
    table = np.array(
        [
            [
                value in each.yes if value < max(each.known, 1 + max(each.yes, default=-1)) else each.unknown_is_yes
                for value in range(known)
            ]
            + [each.unknown_is_yes, each.missing_is_yes]
            for each in memberships
        ],
        dtype=np.float64,
    ).T
    if ensemble.comparison != "BRANCH_GT":
        table = 1 - table
    value = writer.node("Reshape", writer.columns(source, [memberships[0].column]), writer.constant(np.array([-1])))
    gone = writer.node("IsNaN", value)
    low = writer.calculate("Greater", value, -1.0)
    high = writer.calculate("Less", value, float(known))
    within = writer.node("And", low, high)
    safe = writer.node("Where", within, value, writer.constant(np.float64(known)))
    row = writer.cast(writer.node("Where", gone, writer.constant(np.float64(known + 1)), safe), TensorProto.INT64)
    return writer.node("Gather", writer.constant(table), row, axis=0)
