"""The services and task definitions of CloudFormation and SAM templates, as requests, in one world."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaudit_cli.lint.evaluate import Evaluator
from scaudit_cli.lint.intrinsics import as_written
from scaudit_cli.lint.opens import is_open
from scaudit_cli.lint.request import CREATE, NO_VALUE, REGISTER, Dialect, Request
from scaudit_cli.lint.stack import SERVICE, TASK_DEFINITION, Stack
from scaudit_cli.lint.worlds import Undecided, World

_OPERATIONS = {TASK_DEFINITION: REGISTER, SERVICE: CREATE}


def resources_of(stack: Stack) -> Iterator[tuple[str, str]]:
    """The logical id of each task definition and service, and the operation that makes it."""
    for type, operation in _OPERATIONS.items():
        for id, _ in stack.of_type(type):
            yield id, operation


def request_of(stack: Stack, id: str, operation: str, stacks: Sequence[Stack], world: World) -> Request:
    """What makes a resource in a world. Raises Impossible where its condition does not hold.

    The SAM transform leaves ECS resources as they are.
    """
    resource, here = stack.resources[id], Evaluator(stack, stacks, world)
    here.require(resource)
    properties = here.value(resource.get("Properties", {}))
    if isinstance(properties, Mapping):
        _decide_whether_enabled(properties, stack, stacks, world)

    def glance(node: Any) -> Any:  # noqa: ANN401
        try:
            with world.unasked():
                return here.value(node)
        except Undecided:
            return here.open(as_written(node))

    def choices(text: str) -> tuple[str, ...]:
        allowed = (choice for each in stacks for choice in each.choices(text))
        return tuple(choice for choice in allowed if choice not in world.unequal.get(text, ()))

    return Request(operation, stack.file, properties, Dialect(here.value, glance, choices, lenient=True), id)


def _decide_whether_enabled(properties: Mapping[str, Any], stack: Stack, stacks: Sequence[Stack], world: World) -> None:
    """A parameter that switches Service Connect on is a variant, also where its default is off: what is behind a
    switch is judged as it is when it is on."""
    deciding = Evaluator(stack, stacks, world, deciding=True)
    configuration = deciding.value(properties.get("ServiceConnectConfiguration"))
    if isinstance(configuration, Mapping) and is_open(enabled := deciding.text(configuration.get("Enabled")) or ""):
        allowed = stack.choices(enabled)
        values = [value for value in allowed or ("true", "false") if value.lower() in ("true", "false")]
        if values:  # of others it is told that they are none
            world.pick(enabled, values, stack.choices)


def family_of(stack: Stack, id: str, stacks: Sequence[Stack], world: World) -> str:
    """The family that a task definition is given, empty if none. Raises Impossible where its condition does not
    hold."""
    here = Evaluator(stack, stacks, world)
    here.require(stack.resources[id])
    properties = here.value(stack.resources[id].get("Properties"))
    given = properties.get("Family", NO_VALUE) if isinstance(properties, Mapping) else NO_VALUE
    return "" if given is NO_VALUE else here.text(given) or ""
