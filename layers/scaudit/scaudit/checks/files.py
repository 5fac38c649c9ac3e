"""SC1xx: what only files can have wrong, for AWS would not have taken it."""

from collections.abc import Iterator

from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Severity


@check(
    "SC112",
    title="every value in the file is one that ECS takes",
    about="file",
    on=Trigger.LINT,
    severity=Severity.ERROR,
    why="CreateService or RegisterTaskDefinition will refuse the file, and nothing is deployed. A value that is not "
    "what it should be cannot be judged further: whatever needs it is unknown.",
    fix="Correct the value in the file as the sentence says.",
    source="botocore: the shapes of CreateService and RegisterTaskDefinition",
)
def values_are_of_their_type(misfit: str) -> Iterator[Finding]:
    if misfit:
        yield Finding(misfit)
