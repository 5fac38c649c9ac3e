"""What the files declare, put to the checks that also judge what runs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from scaudit.checks import BY_ID, CATALOGUE
from scaudit.checks.check import Trigger, Verdict, run
from scaudit.checks.facts import ORIGINS, Facts
from scaudit.judge.causes import explain
from scaudit.judge.services import service_worlds
from scaudit.model import Deployment, LogGroup, Moot, Service, Status, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.seen import ServiceSeen
from scaudit.model.surroundings import neighbour_of
from scaudit_cli.lint.declared import service_of_file, task_definition_of_file
from scaudit_cli.lint.files import Declarations, Declared
from scaudit_cli.lint.fit import NAMESPACE, Complaint, is_stand_in
from scaudit_cli.lint.parts import place_of, why_unresolved
from scaudit_cli.output.finding import Judged, Place

_NAMESPACE = Moot("needs AWS: whether the namespace exists")
_CLOUD_MAP = Moot("needs AWS: what Cloud Map has for the endpoint")
_OTHERS = Moot("needs AWS: which other services are in the namespace")
_CHECKS = [check for check in CATALOGUE if Trigger.LINT in check.on and check.about != "file"]
_PROVEN_ONLY_BY_AWS = {"log_group": "needs AWS: whether the log group exists", "collisions": _OTHERS.reason}
"""Facts that files can prove wrong, and only AWS can prove right."""


def judge_files(declared: Declarations, at: datetime) -> Iterator[Judged]:
    """Every service with the task definition it names, and every value that is not what ECS takes."""
    services = [(one, service_of_file(one, at)) for one in declared.services]
    neighbours = tuple(neighbour_of(s, s.primary, "", {}) for _, s in services if s.primary and s.meshed)
    used = [_used(one, declared.task_definitions) for one in declared.services]
    called = list(_called(services))
    for (one, service), definition, name in zip(services, used, called, strict=True):
        sources = [one] if isinstance(definition, Unread) else [one, definition]
        known = ServiceSeen(
            service=service,
            task_definition=definition if isinstance(definition, Unread) else task_definition_of_file(definition),
            neighbours=neighbours,
        )
        verdicts = list(_verdicts(known, sources, at))
        places = {v.check.id: place_of(v.check.id, v.sentence, sources) for v in verdicts}
        yield Judged(service.cluster, name, verdicts, places)
        yield from _complaints(service.cluster, name, one, at)
    for definition in declared.task_definitions:
        users = zip(services, called, used, strict=True)
        named = next(((service.cluster, name) for (_, service), name, other in users if other is definition), ("", ""))
        yield from _complaints(*named, definition, at)


def _called(services: Sequence[tuple[Declared, Service]]) -> Iterator[str]:
    """What each service is called. CDK calls the service of every stack alike: two files with one name have two."""
    often = Counter((service.cluster, service.name) for _, service in services)
    for one, service in services:
        yield f"{service.name} of {one.file}" if often[service.cluster, service.name] > 1 else service.name


def unused(declared: Declarations) -> Iterator[str]:
    """A note on each task definition that no service of the files names."""
    used = [_used(service, declared.task_definitions) for service in declared.services]
    for definition in declared.task_definitions:
        if not any(other is definition for other in used):
            yield f"no service in the files uses task definition {definition.name} of {definition.file}"


def _used(service: Declared, definitions: Sequence[Declared]) -> Declared | Unread:
    """The task definition of a service: the one its template refers to, else the one of that family."""
    if service.uses:
        return next(d for d in definitions if (d.file, d.id) == service.uses)
    named = str(service.parameters.get("taskDefinition", ""))
    family = re.sub(r":\d+$", "", named.rsplit("task-definition/", 1)[-1])
    found = [d for d in definitions if d.name == family]
    if len(found) == 1:
        return found[0]
    where = "is in none of the files" if not found else f"is in {' and in '.join(d.file for d in found)}"
    return Unread(f"task definition {named or '(none named)'} {where}")


def _verdicts(known: ServiceSeen, sources: Sequence[Declared], at: datetime) -> Iterator[Verdict]:
    worlds = [_offline(facts) for facts in service_worlds(known)]
    judged = [
        run(check, facts, member="-", began=at, now=at, scale=0)
        for check in _CHECKS
        for facts in (worlds if "endpoint" in check.inputs else worlds[:1])
    ]
    wrong = {_check_of(complaint) for source in sources for complaint in source.fitted.complaints}
    for verdict in explain([_as_far_as_known(v, sources) for v in judged]):
        if verdict.check.id not in wrong:
            yield replace(verdict, endpoint="") if is_stand_in(verdict.endpoint) else verdict


def _offline(facts: Facts) -> Facts:
    """What only AWS can tell is moot. The log group is taken to be there, so that what is written of it is judged."""
    if not isinstance(facts.deployment, Deployment):
        return facts
    log = facts.deployment.log
    unread = {name for name, origin in ORIGINS.items() if origin.actions and getattr(facts, name) is NOT_COLLECTED}
    known: dict[str, Any] = {name: Moot(f"needs AWS: {ORIGINS[name].words}") for name in unread} | {
        "namespace": _NAMESPACE,
        "cloud_map_service": _CLOUD_MAP,
        "neighbours": _OTHERS,
        "log_group": LogGroup(log.group) if log.group else None,
    }
    return replace(facts, **known)


def _as_far_as_known(verdict: Verdict, sources: Sequence[Declared]) -> Verdict:
    """A verdict on values that are not known is none, and a pass that leans on AWS is not yet one."""
    if verdict.status not in (Status.PASS, Status.FAIL):
        return verdict
    if why := why_unresolved(verdict.check.id, sources):
        return replace(verdict, status=Status.UNKNOWN, sentence=why)
    leaning = [why for fact, why in _PROVEN_ONLY_BY_AWS.items() if fact in verdict.check.inputs]
    if verdict.status is Status.PASS and leaning:
        return replace(verdict, status=Status.SKIPPED, sentence=leaning[0])
    return verdict


def _complaints(cluster: str, service: str, source: Declared, at: datetime) -> Iterator[Judged]:
    """Each one by itself, for each has its own line."""
    for complaint in source.fitted.complaints:
        id = _check_of(complaint)
        facts = Facts(misfit=complaint.sentence)
        found = run(BY_ID["SC112"], facts, member="-", began=at, now=at, scale=0)
        severity = BY_ID[id].severity if complaint.severity is None else complaint.severity
        verdict = replace(found, check=BY_ID[id], severity=severity)
        yield Judged(cluster, service, [verdict], {id: Place(source.file, complaint.line)})


def _check_of(complaint: Complaint) -> str:
    return "SC101" if complaint.path == NAMESPACE else "SC112"
