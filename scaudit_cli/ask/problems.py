"""What stands on record, in words."""

from scaudit.checks import BY_ID
from scaudit.store.overview import Problem
from scaudit_cli.ask.form import members


def sentence(problem: Problem) -> str:
    """What is wrong, as it was told of one member; where none was read, what the check expects."""
    check = BY_ID.get(problem.subject.check)
    return next((m.sentence for m in problem.samples), f"expected: {check.title}" if check else "")


def affected(problem: Problem) -> str:
    """How many tasks, registrations or Cloud Map services are so; empty where it is about the service."""
    check = BY_ID.get(problem.subject.check)
    if not (check and problem.count and check.about in ("task", "instance", "namespace")):
        return ""
    return members(problem.count, check.about)
