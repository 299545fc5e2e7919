"""`AWS::NoValue` in a list: the element goes, as CloudFormation has it; moto leaves a null there."""

from typing import Any

import moto.cloudformation.parsing as parsing


def install() -> None:
    """Leave out what has no value, at every depth: moto calls the function again by its name."""
    module: Any = parsing
    resolve = module.clean_json

    def without_nulls(node: Any, resources: Any) -> Any:
        resolved = resolve(node, resources)
        return [each for each in resolved if each is not None] if isinstance(node, list) else resolved

    module.clean_json = without_nulls
