"""Throws random tensors at sessions; every run must end in a right answer or an EngineError."""

import math
import random
import sys
from array import array
from collections import Counter
from typing import Any

from sparely.engine import ElementType, EngineError, Session, Tensor, TensorSpec
from support.services import MODELS
from tests.engine import toy_models

ODD_VALUES: list[Any] = [
    None, True, False, 0, -1, 2**31, 2**63, -(2**70), 10**400, 1.5, -0.0, math.nan, math.inf, 1e308,
    "", "a", "\0", "\ud800", "x" * 10_000, b"bytes", [], [1.0], {}, (), object(), 1j, ElementType.BOOL,
]  # fmt: skip
ODD_SIZES: list[Any] = [-1, 0, 1, 2, 3, 7, 2**31, 2**63, 2**64, True, None, 1.0, "2"]
GOOD_VALUES: dict[ElementType, list[Any]] = {
    ElementType.FLOAT: [0.0, -1.5, 1e30, math.inf, math.nan, 3],
    ElementType.DOUBLE: [0.0, -1.5, 1e300, math.inf, math.nan, 3],
    ElementType.INT32: [0, 1, 2, -5, 2**31 - 1],
    ElementType.INT64: [0, 1, 2, -5, 2**63 - 1],
    ElementType.STRING: ["", "a", "é\0é", "🐢" * 50],
    ElementType.BOOL: [True, False],
}


def fitting(chance: random.Random, spec: TensorSpec) -> Tensor:
    rows = chance.choice([0, 1, 2, 5])
    shape = tuple(rows if size is None else size for size in spec.shape)
    values = chance.choices(GOOD_VALUES[spec.element_type], k=math.prod(shape))
    return Tensor(spec.element_type, shape, values)


def altered(chance: random.Random, tensor: Tensor) -> Any:
    """The tensor with one thing about it made random."""
    element_type: Any = tensor.element_type
    shape, values = tensor.shape, list(tensor.values)
    odd_lists: list[Any] = [array(chance.choice("bBiIqQfd"), [1, 2, 3]), range(5)]
    match chance.randrange(7):
        case 0:
            element_type = chance.choice([*ElementType, 1, 99, None, "FLOAT"])
        case 1:
            shape = tuple(chance.choices(ODD_SIZES, k=chance.randrange(5)))
        case 2:
            values += chance.choices(ODD_VALUES, k=chance.randrange(1, 4))
        case 3:
            values = [chance.choice([value, chance.choice(ODD_VALUES)]) for value in values]
        case 4:
            values = chance.choice([*ODD_VALUES, *odd_lists])
        case 5:
            del values[chance.randrange(len(values) + 1) :]
        case _:
            return chance.choice(ODD_VALUES)
    return Tensor(element_type, shape, values)


def inputs_for(chance: random.Random, session: Session) -> dict[Any, Any]:
    inputs: dict[Any, Any] = {spec.name: fitting(chance, spec) for spec in session.inputs}
    for name in list(inputs):
        if chance.random() < 0.4:
            inputs[name] = altered(chance, inputs[name])
        if chance.random() < 0.05:
            del inputs[name]
    if chance.random() < 0.05:
        inputs[chance.choice(["extra", "", 3, None])] = Tensor(ElementType.FLOAT, (), [1.0])
    return inputs


def equal(left: Any, right: Any) -> bool:
    return bool(left == right or (left != left and right != right) or array("f", [right])[0] == left)


def main(seed: int, count: int) -> None:
    chance = random.Random(seed)
    mirrors = [Session(toy_models.identity(element_type)) for element_type in ElementType]
    others = [Session(make()) for make in (toy_models.addition, toy_models.joined_words, toy_models.gather)]
    shipped = sorted(MODELS.glob("*/*/model.onnx"))
    others += [Session(path.read_bytes()) for path in shipped]
    seen: Counter[str] = Counter()
    for _ in range(count):
        session = chance.choice(mirrors + others)
        inputs = inputs_for(chance, session)
        try:
            answers = session.run(inputs)
        except EngineError as error:
            str(error).encode()
            seen["refused"] += 1
            continue
        seen["answered"] += 1
        if session in mirrors:
            given, answer = inputs["x"], answers["y"]
            assert answer.shape == given.shape
            assert all(map(equal, answer.values, given.values)), (given, answer)
    print(seen["answered"], seen["refused"])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
