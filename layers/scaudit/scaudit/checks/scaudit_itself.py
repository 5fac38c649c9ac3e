"""SC9xx: scaudit reports its own faults."""

from collections.abc import Iterator

from scaudit.check import Finding, check
from scaudit.facts import CheckRun, Permission
from scaudit.model import Severity


@check(
    "SC901",
    title="no check crashed",
    about="scaudit",
    severity=Severity.ERROR,
    fix="Report the error with the record of the task it was judging; the other checks went on.",
)
def checks_do_not_crash(check_run: CheckRun) -> Iterator[Finding]:
    if check_run.error:
        yield Finding(f"check {check_run.check} could not judge: {check_run.error}")


@check(
    "SC902",
    title="scaudit may read what it needs",
    about="scaudit",
    severity=Severity.ERROR,
    fix="Allow the action in the policy of scaudit's VerifyRole, or lift the denying statement; "
    "until then whatever needs it is unknown.",
)
def reads_are_allowed(permission: Permission) -> Iterator[Finding]:
    if permission.refusal:
        statement = (
            f'{{"Effect": "Allow", "Action": "{permission.action}", '
            f'"Resource": "{permission.refusal.resource or "*"}"}}'
        )
        yield Finding(f"{permission.action} is refused; the statement to add: {statement}")
