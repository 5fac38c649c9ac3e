"""Everything that is registered, whoever it was registered for."""

from collections.abc import Iterator
from datetime import datetime

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.checks.derived import Shared
from scaudit.checks.registration import FIX_REGISTRATION, for_throttling, steady
from scaudit.model import Endpoint, Severity
from scaudit.model.seen import Ghost
from scaudit.model.sentences import some


@check(
    "SC206",
    title="every registration belongs to an existing task of this service",
    about="instance",
    on=Trigger.TASK | Trigger.SERVICE,
    severity=Severity.ERROR,
    settles=300,
    applies=steady,
    why="Requests to a registration that is left over fail, or reach whoever has its address now.",
    fix="Find out in the service's events and in CloudTrail why ECS did not deregister it, or who registered it; force "
    "a new deployment, and if the registration stays, deregister this instance by hand.",
    source=f"{sources.TASK_LIFECYCLE} (DEACTIVATING: deregistered before it stops); {sources.ecs_api('DescribeTasks')}",
)
def nothing_is_left_of_gone_tasks(
    ghost: Ghost | None, endpoint: Endpoint, throttled_at: datetime | None
) -> Iterator[Finding]:
    """A registration whose task has stopped, with all its containers at least, or runs for another service; None when
    there is none. Critical where the address leads to a running task of another service."""
    if ghost is None:
        return
    where = ghost.instance.where
    if ghost.stray:
        yield Finding(f"registration {where} is that of {ghost.leads_to}, another service's", Severity.CRITICAL)
    elif ghost.leads_to:
        told = f"registration {where} of a task that is gone leads to {ghost.leads_to}"
        yield Finding(told + for_throttling(throttled_at), Severity.CRITICAL)
    else:
        whose = f"whose containers have stopped and which is still {ghost.remains}" if ghost.remains else "that is gone"
        yield Finding(f"registration {where} is left of a task {whose}{for_throttling(throttled_at)}")


@check(
    "SC207",
    title="no two running tasks are registered with one address and port",
    about="instance",
    on=Trigger.SERVICE,
    severity=Severity.WARNING,
    after=("SC206",),
    why="One port of a host belongs to one proxy, so of two registrations with the same one, at least one leads to the "
    "wrong task. Checked in bridge mode only; SC202 covers awsvpc tasks.",
    fix=FIX_REGISTRATION,
    source=f"{sources.ecs_api('PortMapping')} (hostPort); what ECS registers in bridge mode is not confirmed on AWS",
)
def address_and_port_are_its_own(endpoint: Endpoint, shared: Shared | None) -> Iterator[Finding]:
    """The other running tasks that are registered with this task's address and port; None when there are none."""
    if shared:
        yield Finding(
            f"{shared.where} is also registered for {some(shared.others)}, expected for one task "
            "(this rule is not confirmed on AWS)"
        )
