"""What the files declare, put to the checks that also judge what runs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict, run
from scaudit.checks.facts import Facts
from scaudit.model import Status, Unread
from scaudit.values import dataclass
from scaudit_cli.lint.declarations import Declarations, Declared
from scaudit_cli.lint.fit import Complaint
from scaudit_cli.lint.judge_variant import CHECKS, check_of, judge_variant
from scaudit_cli.lint.opens import written
from scaudit_cli.lint.others import Others, others_of
from scaudit_cli.lint.variants import Varied, alone, told_apart, varied
from scaudit_cli.lint.worlds import MOST_VARIANTS, World, when
from scaudit_cli.output.finding import Judged, Place

_ORDER = (Status.FAIL, Status.UNKNOWN, Status.PENDING, Status.PASS, Status.SKIPPED)
"""Of several variants: what is wrong in one is wrong; what holds in one and does not apply in another holds."""


def judge_files(declared: Declarations, at: datetime) -> tuple[list[Judged], list[str]]:
    """Every service with the task definition it names, and every value that is not what ECS takes; and notes."""
    services = varied(declared)
    others = others_of(services, declared.stacks, at)
    judged: list[Judged] = []
    owners: dict[tuple[str, str], tuple[str, str]] = {}
    clusters = [others.cluster_of(service) for service in services]
    for service, cluster, name in zip(services, clusters, told_apart(services, clusters), strict=True):
        judged.append(_judged(service, cluster, name, others, at))
        for variant in service.variants:
            if not isinstance(variant.definition, Unread):
                owners.setdefault((variant.definition.file, variant.definition.id), (cluster, name))
        judged += _complaints(cluster, name, [(variant.world, variant.service) for variant in service.variants], at)
    notes = list(declared.notes)
    for definition in declared.task_definitions:
        looks = alone(definition)
        owner = owners.get((definition.file, definition.id))
        judged += _complaints(*(owner or ("", "")), looks, at)
        if owner is None and looks:
            notes.append(f"no service in the files uses task definition {looks[0][1].name} of {definition.file}")
    judged += [_obscure(file, why, at) for file, why in declared.obscure]
    return judged, notes


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a check came to in a variant, and where. Not `all` variants are worlds: what is not looked at has none."""

    verdict: Verdict
    place: Place
    world: World | None = None


def _judged(service: Varied, cluster: str, name: str, others: Others, at: datetime) -> Judged:
    """The verdicts on all variants as one."""
    seen = [
        _Seen(verdict, place, variant.world)
        for variant in service.variants
        for verdict, place in judge_variant(variant, others, at)
    ]
    if not service.all:
        seen += _all(service, Status.UNKNOWN, f"it has more than {MOST_VARIANTS} variants, and not all were looked at")
    elif not service.variants:
        seen += _all(service, Status.SKIPPED, "no values of the parameters make this service")
    verdicts: list[Verdict] = []
    places: dict[str, Place] = {}
    worlds = [variant.world for variant in service.variants]
    for one in _worst(seen):
        alike = [other.world for other in seen if other.world and _what(other) == _what(one)]
        where = when(alike, worlds) if one.verdict.status is Status.FAIL else ""
        verdicts.append(replace(one.verdict, sentence=one.verdict.sentence + where))
        places.setdefault(one.verdict.subject.key, one.place)
    return Judged(cluster, name, verdicts, places)


def _all(service: Varied, status: Status, why: str) -> list[_Seen]:
    place = Place(service.source.file)
    return [_Seen(Verdict(check, "-", "", status, why, check.severity), place) for check in CHECKS]


def _what(seen: _Seen) -> tuple[str, Status, str]:
    return seen.verdict.subject.key, seen.verdict.status, seen.verdict.sentence


def _worst(seen: Sequence[_Seen]) -> Iterator[_Seen]:
    """Of each subject what is worst: every failure, else one of the rest."""
    by_subject: dict[str, list[_Seen]] = {}
    for one in seen:
        by_subject.setdefault(one.verdict.subject.key, []).append(one)
    for group in by_subject.values():
        group.sort(key=lambda one: _ORDER.index(one.verdict.status))
        failed = {one.verdict.sentence: one for one in reversed(group) if one.verdict.status is Status.FAIL}
        yield from failed.values() if failed else group[:1]


def _complaints(cluster: str, service: str, looks: Sequence[tuple[World, Declared]], at: datetime) -> Iterator[Judged]:
    """Each one by itself, for each has its own line; once, in however many variants it is."""
    found: dict[tuple[str, int], list[tuple[World, str, Complaint]]] = {}
    for world, look in looks:
        for complaint in look.fitted.complaints:
            found.setdefault((complaint.sentence, complaint.line), []).append((world, look.file, complaint))
    for alike in found.values():
        _, file, complaint = alike[0]
        where = when([world for world, _, _ in alike], [world for world, _ in looks])
        verdict = _complained(replace(complaint, sentence=written(complaint.sentence) + where), at)
        yield Judged(cluster, service, [verdict], {verdict.check.id: Place(file, complaint.line)})


def _complained(complaint: Complaint, at: datetime) -> Verdict:
    found = run(BY_ID["SC112"], Facts(misfit=complaint.sentence), member="-", began=at, now=at, scale=0)
    check = BY_ID[check_of(complaint)]
    severity = check.severity if complaint.severity is None else complaint.severity
    return replace(found, check=check, severity=severity)


def _obscure(file: str, why: str, at: datetime) -> Judged:
    verdict = run(BY_ID["SC112"], Facts(misfit=Unread(why)), member="-", began=at, now=at, scale=0)
    return Judged("", "", [verdict], {verdict.subject.key: Place(file)})
