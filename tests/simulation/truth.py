"""What is really wrong in an estate, whatever scaudit makes of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from scaudit.checks import BY_ID
from tests.simulation.estate import Estate
from tests.simulation.parts import Registered, Service, Task

Subject = tuple[str, str]
"""A service and a check."""


def stood(task: Task, begin: datetime, end: datetime) -> set[Registered]:
    """Every way the task stood in Cloud Map between two moments."""
    ends = [moment for moment, _ in task.registered[1:]] + [end]
    lives = zip(task.registered, ends, strict=True)
    return {how for (since, how), until in lives if since <= end and until >= begin}


def wrong(estate: Estate, now: datetime) -> set[Subject]:
    """Every fault there is and has had its time to settle."""
    return {(service.name, check) for service in estate.services.values() for check in _wrong(service, now)}


def _wrong(service: Service, now: datetime) -> Iterator[str]:
    if service.status == "INACTIVE":
        return
    if service.deployments[0].mistyped:
        yield "SC102"
    well_typed = {deployment.id for deployment in service.deployments if not deployment.mistyped}
    for task in service.tasks:  # what was left of a deleted one of this name went with its Cloud Map service
        if task.stopped_at:
            if task.stands is not Registered.MISSING and now >= task.stopped_at + settling("SC206"):
                yield "SC206"
        elif task.deployment in {deployment.id for deployment in service.deployments}:
            missing_is_early = task.stands is Registered.MISSING and now < task.created_at + settling("SC201")
            port_is_moot = task.stands is Registered.WRONG_PORT and task.deployment not in well_typed
            if task.stands and not missing_is_early and not port_is_moot:
                yield task.stands
            yield from task.must_not_pass(now)


def quieted(estate: Estate, subject: Subject, today: date) -> bool:
    """Whether a fault need not be announced: a tag suppresses it, or another explains it."""
    service, check = subject
    mistyped = check == Registered.WRONG_PORT and estate.services[service].deployments[0].mistyped
    # What is silenced explains nothing.
    explained = mistyped and not _silenced(estate.services[service], "SC102", today)
    return explained or _silenced(estate.services[service], check, today)


def _silenced(service: Service, check: str, today: date) -> bool:
    until = service.tags.get(f"scaudit:ignore:{check}", "until=2000-01-01").split()[0]
    return today <= date.fromisoformat(until.removeprefix("until="))


def settling(check: str) -> timedelta:
    return timedelta(seconds=BY_ID[check].settles)
