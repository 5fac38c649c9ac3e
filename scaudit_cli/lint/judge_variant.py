"""One variant of a service, put to the checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scaudit.checks import CATALOGUE
from scaudit.checks.check import Check, Trigger, Verdict, run
from scaudit.checks.facts import ORIGINS, Facts
from scaudit.judge.causes import explain
from scaudit.judge.services import service_worlds
from scaudit.model import Deployment, LogGroup, Moot, Neighbour, Service, Status, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.seen import ServiceSeen
from scaudit.model.surroundings import neighbour_of
from scaudit_cli.lint.collisions import may_collide
from scaudit_cli.lint.declared import service_of_file, task_definition_of_file
from scaudit_cli.lint.fit import NAMESPACE, Complaint
from scaudit_cli.lint.opens import written
from scaudit_cli.lint.parts import ENABLED, parts_of, place_in, place_of, why_unresolved
from scaudit_cli.lint.readings import Values, whatever_is_open
from scaudit_cli.lint.variants import Variant, Varied
from scaudit_cli.lint.worlds import World, meet
from scaudit_cli.output.finding import Place

CHECKS = [check for check in CATALOGUE if Trigger.LINT in check.on and check.about != "file"]
Told = tuple[Verdict, Place]
_NAMESPACE = Moot("needs AWS: whether the namespace exists")
_CLOUD_MAP = Moot("needs AWS: what Cloud Map has for the endpoint")
_OTHERS = Moot("needs AWS: which other services are in the namespace")
_ONLY_AWS_KNOWS = {"namespace", "cloud_map_service", "neighbours"}
_PROVEN_ONLY_BY_AWS = {"log_group": "needs AWS: whether the log group exists", "collisions": _OTHERS.reason}
"""Facts that files can prove wrong, and only AWS can prove right."""


@dataclass(frozen=True, slots=True)
class Others:
    """Every service in each of its variants, as the others see it."""

    seen: Sequence[tuple[Varied, World, Service, Neighbour]]

    def beside(self, variant: Variant) -> tuple[Neighbour, ...]:
        """Those that can be deployed together with a variant."""
        return tuple(n for v, world, _, n in self.seen if variant not in v.variants and meet(world, variant.world))

    def cluster_of(self, service: Varied) -> str:
        """The cluster of a service, empty where the file does not say."""
        return next((seen.cluster for varied, _, seen, _ in self.seen if varied is service), "")


def others_of(services: Sequence[Varied], at: datetime) -> Others:
    """What is open stays open."""
    found = []
    for one in services:
        for variant in one.variants:
            service = service_of_file(variant.service, variant.surroundings, {}, at)
            if service.primary:
                found.append((one, variant.world, service, neighbour_of(service, service.primary, "", {})))
    return Others(found)


def check_of(complaint: Complaint) -> str:
    """The id of the check that a complaint belongs to."""
    return "SC101" if complaint.path == NAMESPACE else "SC112"


def judge_variant(variant: Variant, others: Others, at: datetime) -> list[Told]:
    """What each check comes to, and where; nothing for a check of which a value itself is complained of."""
    wrong = {check_of(complaint) for source in variant.sources for complaint in source.fitted.complaints}
    beside = others.beside(variant)
    told = [one for check in CHECKS if check.id not in wrong for one in _told(check, variant, beside, at)]
    explained = explain([verdict for verdict, _ in told])
    return [
        (replace(verdict, sentence=written(verdict.sentence), endpoint=written(verdict.endpoint)), place)
        for verdict, (_, place) in zip(explained, told, strict=True)
    ]


def _told(check: Check, variant: Variant, beside: tuple[Neighbour, ...], at: datetime) -> list[Told]:
    parts = (ENABLED,) if _ONLY_AWS_KNOWS & set(check.inputs) else (ENABLED, *parts_of(check.id))
    if unknown := why_unresolved(parts, variant.sources):
        return [(Verdict(check, "-", "", Status.UNKNOWN, unknown[0], check.severity), unknown[1])]
    if not variant.service.parameters.get("serviceConnectConfiguration", {}).get("enabled"):
        place = place_of(check.id, "", variant.sources)
        return [(Verdict(check, "-", "", Status.SKIPPED, "the file has no Service Connect for this service"), place)]

    def judge(values: Values) -> list[Verdict]:
        return [_needing_aws(verdict) for verdict in _run(check, variant, values, beside, at)]

    told = []
    for number, (verdict, open_at) in enumerate(whatever_is_open(check.id, variant.sources, judge)):
        place = open_at or place_of(check.id, written(verdict.sentence), variant.sources)
        if verdict.unread and "taskDefinition" in variant.service.fitted.lines:
            place = place_in(variant.service, "taskDefinition")
        if "collisions" in check.inputs and verdict.status is Status.SKIPPED:
            verdict = _with_possible_collisions(verdict, variant, number, beside, at)
        told.append((verdict, place))
    return told


def _run(
    check: Check, variant: Variant, values: Mapping[str, str], beside: tuple[Neighbour, ...], at: datetime
) -> list[Verdict]:
    values = {} if "collisions" in check.inputs else values  # others are seen with what is open left open
    definition = variant.definition
    known = ServiceSeen(
        service=service_of_file(variant.service, variant.surroundings, values, at),
        task_definition=definition if isinstance(definition, Unread) else task_definition_of_file(definition, values),
        neighbours=beside,
    )
    worlds = [_offline(facts) for facts in service_worlds(known)]
    asked = worlds if "endpoint" in check.inputs else worlds[:1]
    return [run(check, facts, member="-", began=at, now=at, scale=0) for facts in asked]


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


def _needing_aws(verdict: Verdict) -> Verdict:
    """A pass that leans on AWS is not yet one."""
    leaning = [why for fact, why in _PROVEN_ONLY_BY_AWS.items() if fact in verdict.check.inputs]
    if verdict.status is Status.PASS and leaning:
        return replace(verdict, status=Status.SKIPPED, sentence=leaning[0])
    return verdict


def _with_possible_collisions(
    verdict: Verdict, variant: Variant, number: int, beside: tuple[Neighbour, ...], at: datetime
) -> Verdict:
    service = service_of_file(variant.service, variant.surroundings, {}, at)

    def choices(mark: str) -> tuple[str, ...]:
        return next((source.fitted.choices[mark] for source in variant.sources if mark in source.fitted.choices), ())

    if service.primary is None or number >= len(service.primary.endpoints):
        return verdict
    why = may_collide(service.primary, number, beside, choices)
    return replace(verdict, status=Status.UNKNOWN, sentence=why) if why else verdict
