"""One variant of a service, put to the checks."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from scaudit.checks import CATALOGUE
from scaudit.checks.check import Check, Trigger, Verdict, run
from scaudit.checks.facts import ORIGINS, Facts
from scaudit.judge.causes import explain
from scaudit.judge.services import service_worlds
from scaudit.model import Deployment, LogGroup, Moot, Neighbour, Status, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.seen import ServiceSeen
from scaudit_cli.lint.about import CAPACITY, ENABLED, NAMESPACE, OF_FARGATE, parts_in, parts_of
from scaudit_cli.lint.collisions import may_collide
from scaudit_cli.lint.declared import service_of_file, task_definition_of_file
from scaudit_cli.lint.fit import Complaint
from scaudit_cli.lint.opens import is_open, missing_in, written
from scaudit_cli.lint.others import Others
from scaudit_cli.lint.parts import place_in, place_of, why_unresolved
from scaudit_cli.lint.readings import Values, whatever_is_open
from scaudit_cli.lint.service_alone import settled_by_service
from scaudit_cli.lint.surroundings import why_capacity_is_open
from scaudit_cli.lint.variants import Variant
from scaudit_cli.output.finding import Place

CHECKS = [check for check in CATALOGUE if Trigger.LINT in check.on and check.about != "file"]
Told = tuple[Verdict, Place]
_NAMESPACE = Moot("needs AWS: whether the namespace exists")
_CLOUD_MAP = Moot("needs AWS: what Cloud Map has for the endpoint")
_OTHERS = Moot("needs AWS: which other services are in the namespace")
_ONLY_AWS_KNOWS = {"namespace", "cloud_map_service", "neighbours"}
_PROVEN_ONLY_BY_AWS = {"log_group": "needs AWS: whether the log group exists", "collisions": _OTHERS.reason}
"""Facts that files can prove wrong, and only AWS can prove right."""


def check_of(complaint: Complaint) -> str:
    """The id of the check that a complaint belongs to."""
    return "SC101" if complaint.path == NAMESPACE else "SC112"


def judge_variant(variant: Variant, others: Others, at: datetime) -> list[Told]:
    """What each check comes to, and where; nothing for a check of which a value itself is complained of."""
    wrong = {check_of(complaint) for source in variant.sources for complaint in source.fitted.complaints}
    worlds = _Worlds(variant, others.beside(variant), at)
    told = [_without_stand_ins(*one, variant) for c in CHECKS if c.id not in wrong for one in _told(c, worlds)]
    explained = explain([verdict for verdict, _ in told])
    return [
        (replace(verdict, sentence=written(verdict.sentence), endpoint=written(verdict.endpoint)), place)
        for verdict, (_, place) in zip(explained, told, strict=True)
    ]


def _without_stand_ins(verdict: Verdict, place: Place, variant: Variant) -> Told:
    """A verdict tells nothing of a value that the file does not have: what needs it is unknown, and why."""
    if missing_in(verdict.endpoint):
        verdict = replace(verdict, endpoint="")
    if not (path := missing_in(verdict.sentence)):
        return verdict, place
    known = [part for part in verdict.sentence.split("; ") if not missing_in(part)]
    if verdict.status is Status.FAIL and known:
        return replace(verdict, sentence="; ".join(known)), place
    source = next((one for one in variant.sources if path in one.fitted.unresolved), variant.service)
    why = source.fitted.unresolved.get(path, f"{path} is not known")
    return replace(verdict, status=Status.UNKNOWN, sentence=why), place_in(source, path)


class _Worlds:
    """The facts about a variant, for each reading of what is open in it: made once, for all checks."""

    def __init__(self, variant: Variant, beside: tuple[Neighbour, ...], at: datetime) -> None:
        self.variant, self.beside, self.at = variant, beside, at
        self._known: dict[frozenset[tuple[str, str]], list[Facts]] = {}

    def read(self, values: Values) -> list[Facts]:
        """The facts where what is open has these values: of the service, once for each endpoint."""
        key = frozenset(values.items())
        if key not in self._known:
            around = self.variant.surroundings
            self._known[key] = [_offline(facts, around.log_class) for facts in service_worlds(self._seen(values))]
        return self._known[key]

    def _seen(self, values: Values) -> ServiceSeen:
        definition = self.variant.definition
        return ServiceSeen(
            service=service_of_file(self.variant.service, self.variant.surroundings, values, self.at),
            task_definition=definition
            if isinstance(definition, Unread)
            else task_definition_of_file(definition, values),
            neighbours=self.beside,
        )


def _told(check: Check, worlds: _Worlds) -> list[Told]:
    variant = worlds.variant
    parts = () if _ONLY_AWS_KNOWS & set(check.inputs) else parts_in(check.id, _mode(variant))
    if settled := settled_by_service(check, variant.service, worlds.read({})[0].deployment):
        return [(settled, place_of(check.id, "", [variant.service]))]
    if unknown := why_unresolved((ENABLED, *parts), variant.sources):
        return [(Verdict(check, "-", "", Status.UNKNOWN, unknown[0], check.severity), unknown[1])]
    if not variant.service.parameters.get("serviceConnectConfiguration", {}).get("enabled"):
        place = place_of(check.id, "", variant.sources)
        return [(Verdict(check, "-", "", Status.SKIPPED, "the file has no Service Connect for this service"), place)]

    if faults := [fault for fault in variant.faults if fault.check == check.id]:
        worst = max(check.severity if fault.severity is None else fault.severity for fault in faults)
        told_of = "; ".join(fault.sentence for fault in faults)
        return [(Verdict(check, "-", "", Status.FAIL, told_of, worst), faults[0].place)]

    def judge(values: Values) -> list[Verdict]:
        return [_needing_aws(verdict) for verdict in _run(check, worlds, values)]

    told = []
    for number, (verdict, open_at) in enumerate(whatever_is_open(check.id, variant.sources, judge)):
        place = open_at or place_of(check.id, written(verdict.sentence), variant.sources)
        if verdict.unread:
            named = "taskDefinition" in variant.service.fitted.lines
            place = place_in(variant.service, "taskDefinition" if named else "serviceConnectConfiguration")
        if "collisions" in check.inputs and verdict.status is Status.SKIPPED:
            verdict = _with_possible_collisions(verdict, worlds, number)
        told.append((verdict, place))
    return [(_with_possible_capacity(verdict, worlds), place) for verdict, place in told]


def _mode(variant: Variant) -> str:
    """The network mode of the task definition, bridge where it may be that."""
    definition = variant.definition
    named = "" if isinstance(definition, Unread) else definition.parameters.get("networkMode", "")
    return "bridge" if not named or is_open(named) else named


def _run(check: Check, worlds: _Worlds, values: Values) -> list[Verdict]:
    # Others are seen with what is open left open.
    facts = worlds.read({} if "collisions" in check.inputs else values)
    asked = facts if "endpoint" in check.inputs else facts[:1]
    return [run(check, each, member="-", began=worlds.at, now=worlds.at, scale=0) for each in asked]


def _offline(facts: Facts, log_class: str) -> Facts:
    """What only AWS can tell is moot. The log group is taken to be there, so that what is written of it is judged."""
    if not isinstance(facts.deployment, Deployment):
        return facts
    log = facts.deployment.log
    unread = {name for name, origin in ORIGINS.items() if origin.actions and getattr(facts, name) is NOT_COLLECTED}
    known: dict[str, Any] = {name: Moot(f"needs AWS: {ORIGINS[name].words}") for name in unread} | {
        "namespace": _NAMESPACE,
        "cloud_map_service": _CLOUD_MAP,
        "neighbours": _OTHERS,
        "log_group": LogGroup(log.group, log_class) if log.group else None,
    }
    return replace(facts, **known)


def _needing_aws(verdict: Verdict) -> Verdict:
    """A pass that leans on AWS is not yet one."""
    leaning = [why for fact, why in _PROVEN_ONLY_BY_AWS.items() if fact in verdict.check.inputs]
    if verdict.status is Status.PASS and leaning:
        return replace(verdict, status=Status.SKIPPED, sentence=leaning[0])
    return verdict


def _with_possible_capacity(verdict: Verdict, worlds: _Worlds) -> Verdict:
    """A pass that leans on the cluster's default capacity providers, where these are not known."""
    variant = worlds.variant
    if verdict.status is not Status.PASS or CAPACITY not in parts_of(verdict.check.id):
        return verdict
    if not (why := why_capacity_is_open(variant.service.parameters, variant.surroundings)):
        return verdict
    around = replace(variant.surroundings, providers=OF_FARGATE)
    there = _Worlds(replace(variant, surroundings=around), (), worlds.at)
    on_fargate = whatever_is_open(verdict.check.id, variant.sources, lambda values: _run(verdict.check, there, values))
    if all(one.status is Status.PASS for one, _ in on_fargate):
        return verdict
    return replace(verdict, status=Status.SKIPPED if isinstance(why, Moot) else Status.UNKNOWN, sentence=why.reason)


def _with_possible_collisions(verdict: Verdict, worlds: _Worlds, number: int) -> Verdict:
    deployment = worlds.read({})[number].deployment

    def choices(mark: str) -> tuple[str, ...]:
        sources = worlds.variant.sources
        return next((source.fitted.choices[mark] for source in sources if mark in source.fitted.choices), ())

    if not isinstance(deployment, Deployment) or number >= len(deployment.endpoints):
        return verdict
    why = may_collide(deployment, number, worlds.beside, choices)
    return replace(verdict, status=Status.UNKNOWN, sentence=why) if why else verdict
