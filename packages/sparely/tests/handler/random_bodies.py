"""Bodies for the models of every kind: good, wrong, and as far out as JSON goes, each of a seed's sequence."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from sparely.kinds import KINDS
from tests.handler.every_kind import DATATYPES, FEATURES, NUMBERS, PATTERNS

AREAS = [f"{pattern}-{datatype.lower()}" for pattern in PATTERNS for datatype in DATATYPES]
HUGE = ["3.4e38", "-3.4e38", "3.4028234663852886e38", "1e39", "1.7e308", "-1.7e308", "1e999", "9007199254740992"]
HUGE += ["9223372036854775808", "-1e400", "1" + "0" * 37, "-1" + "0" * 300]
USUAL = {
    "height": ["1.5", "0", "10", "-3", "1e-320", "-0.0"],
    "width": ["2", "0.25", "11"],
    "count": ["1", "5.0", "0", "-7"],
    "flag": ["true", "false"],
    "word": ['"red"', '"blue"', '"green"', '""', '"none"'],
}
STRANGE = ["NaN", "Infinity", "-Infinity", '"x"', '"\\ud800"', "[]", "{}", "[1]", "true", '"1"', "1.5", "0x1", "1,2"]
STRANGE += ['"' + "y" * 1001 + '"', "1" * 4301, '"\\u0000"', '"\U0001f600"']


def requests(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Path and body of so many POST requests."""
    random = Random(seed)
    for _ in range(count):
        area = random.choice(AREAS)
        kind = random.choice([*KINDS])
        model = f"{kind}-{area}"
        if random.random() < 0.4:
            body, path = _tensors(random, area), f"/v2/models/{model}/infer"
        else:
            path = f"/predict/{area}" if random.random() < 0.3 else f"/predict/{area}/{model}"
            body = _instances(random)
        yield path, _spoiled(random, body) if random.random() < 0.1 else body


def _value(random: Random, name: str) -> str:
    """A value as it is written in JSON: half of them fit, the others are null, huge or strange."""
    draw = random.random()
    if draw < 0.5:
        return random.choice(USUAL[name])
    if draw < 0.7:
        return "null"
    if draw < 0.97:
        return random.choice(HUGE) if name != "word" else random.choice(USUAL[name])
    return random.choice(STRANGE)


def _rows(random: Random) -> int:
    return random.choice([1, 1, 1, 2, 3, 9])


def _instances(random: Random) -> str:
    rows = [[f'"{name}": {_value(random, name)}' for name in FEATURES] for _ in range(_rows(random))]
    for row in rows:
        if random.random() < 0.2:
            del row[random.randrange(len(row))]
        if random.random() < 0.03:
            row.append(random.choice(['"strange": 1', '"word": "red"', '"": null']))
    return '{"instances": [' + ", ".join("{" + ", ".join(row) + "}" for row in rows) + "]}"


def _tensors(random: Random, area: str) -> str:
    rows = _rows(random)
    datatype = area.rpartition("-")[2].upper()
    numbers = [[_value(random, name) for name in NUMBERS] for _ in range(rows)]
    words = [[_value(random, "word")] for _ in range(rows)]
    inputs = [
        _tensor(random, "numbers", random.choice([datatype] * 20 + ["FP32", "INT64"]), numbers),
        _tensor(random, "words", "BYTES", words),
    ]
    random.shuffle(inputs)
    members = [f'"inputs": [{", ".join(inputs)}]']
    if random.random() < 0.2:
        names = [random.choice(["label", "value", "probabilities", "score", "cluster", "values"]), "strange"]
        outputs = ", ".join(f'{{"name": "{name}"}}' for name in names[: random.choice([1, 1, 2])])
        members.append(f'"outputs": [{outputs}]')
    if random.random() < 0.2:
        members.append(f'"id": {random.choice([*STRANGE, "null"])}')
    if random.random() < 0.2:
        members.append(f'"parameters": {random.choice([*STRANGE, "null"])}')
    return "{" + ", ".join(members) + "}"


def _tensor(random: Random, name: str, datatype: str, rows: list[list[str]]) -> str:
    nested = ", ".join("[" + ", ".join(row) + "]" for row in rows)
    flat = ", ".join(value for row in rows for value in row)
    shape: Any = [len(rows), len(rows[0])]
    if random.random() < 0.03:
        shape = random.choice([[len(rows)], [0, len(rows[0])], [len(rows), -1], [1e300, 4], ["1", 4], None])
    data = nested if random.random() < 0.5 else flat
    return f'{{"name": "{name}", "datatype": "{datatype}", "shape": {json.dumps(shape)}, "data": [{data}]}}'


def _spoiled(random: Random, body: str) -> str:
    """The body with a piece of it cut, doubled or exchanged."""
    start = random.randrange(len(body))
    piece = body[start : start + random.choice([1, 1, 3, 10])]
    new = random.choice(["", piece * 2, random.choice(STRANGE), random.choice(HUGE), '"', "[", "}"])
    return body.replace(piece, new, 1) if piece else body
