"""The rules of a template: which values of its parameters it refuses (AWS: CloudFormation, Rules section)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaudit_cli.lint.evaluate import Evaluator
from scaudit_cli.lint.stack import Stack
from scaudit_cli.lint.worlds import Impossible, Undecided, World


def heed(stack: Stack, stacks: Sequence[Stack], world: World) -> None:
    """Raises Impossible in a world whose answers an assertion refuses. Nothing is asked for a rule's sake: what it says
    of other parameters makes no difference."""
    here = Evaluator(stack, stacks, world)
    for rule in stack.rules.values():
        known = rule if isinstance(rule, Mapping) else {}
        counts = "RuleCondition" not in known or _decided(here, known["RuleCondition"])
        if counts and any(_decided(here, each) is False for each in _assertions(known)):
            raise Impossible


def permit(stacks: Sequence[Stack], world: World) -> bool:
    """Whether no rule of any template refuses what is so in a world."""
    try:
        for stack in stacks:
            heed(stack, stacks, world)
    except Impossible:
        return False
    return True


def _assertions(rule: Mapping[str, Any]) -> Iterator[Any]:
    given = rule.get("Assertions")
    for assertion in given if isinstance(given, list) else ():
        if isinstance(assertion, Mapping) and "Assert" in assertion:
            yield assertion["Assert"]


def _decided(here: Evaluator, condition: Any) -> bool | None:  # noqa: ANN401
    """Whether a condition holds by what is known already; None where it would have to be asked."""
    try:
        with here.world.unasked():
            return here.holds(condition)
    except Undecided:
        return None
