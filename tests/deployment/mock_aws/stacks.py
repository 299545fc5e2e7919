"""What a stack tells of itself: moto keeps the outputs of before a change set, and stumbles over absent resources."""

from typing import Any

from moto.cloudformation.models import ChangeSet, Stack
from moto.cloudformation.parsing import OutputMap


def install() -> None:
    """Read outputs anew whenever a change set is carried out; list only resources whose condition holds."""
    change_set: Any = ChangeSet
    apply = change_set.apply

    def with_outputs(self: Any) -> None:
        apply(self)
        self.stack.output_map = OutputMap(self.stack.resource_map, self.template_dict, self.stack.stack_id)

    change_set.apply = with_outputs
    stack: Any = Stack
    stack.stack_resources = property(lambda self: [each for each in self.resource_map.values() if each])
