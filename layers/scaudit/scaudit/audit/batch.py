"""A batch of queue records: each message to its place, one audit for all, and the ids of those to try again."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger

from scaudit.attempts import Attempts
from scaudit.audit.again import parts
from scaudit.audit.clusters import look_at_page, look_at_services_asked_for
from scaudit.audit.context import Edges
from scaudit.audit.region import Audit
from scaudit.audit.self_watch import look_at_itself, pass_alert_test, pass_canary, pass_look
from scaudit.audit.side_by_side import side_by_side
from scaudit.audit.starts import deployment_record
from scaudit.audit.sweep import sweep_region
from scaudit.collect.aws.reads import Reads
from scaudit.judge.rules import Rules
from scaudit.model.places import Place
from scaudit.model.service_states import NOTHING
from scaudit.queue.bodies import parse
from scaudit.queue.messages import (
    AlertTest,
    Canary,
    ClusterPage,
    DeploymentEvent,
    IncidentLook,
    Named,
    NotOurs,
    OwnLook,
    RegionSweep,
    ServiceLook,
    TaskNudge,
    TaskNudges,
)
from scaudit.settings import VerifySettings, included
from scaudit.store.changes import touched
from scaudit.values import dataclass

logger = Logger(child=True)
_ELSEWHERE = NotOurs("a Region that is not linked, or a cluster that is not included")


Single = RegionSweep | OwnLook | Canary | AlertTest | IncidentLook


@dataclass(slots=True)
class Gathered:
    """The messages of a batch that are about one Region, each with its id. What is dealt with together stands by
    cluster: nudges by task, and looks by service, each with the ids of their senders."""

    single: list[tuple[Single, str]] = field(default_factory=list)
    nudges: dict[str, dict[str, TaskNudge]] = field(default_factory=lambda: defaultdict(dict))
    senders: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    looks: dict[str, dict[str, ServiceLook]] = field(default_factory=lambda: defaultdict(dict))
    lookers: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    deployments: list[tuple[DeploymentEvent, str]] = field(default_factory=list)
    pages: list[tuple[ClusterPage, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def add(self, message: Named | DeploymentEvent | NotOurs, message_id: str) -> None:
        """Put a message where it belongs."""
        self.ids.append(message_id)
        match message:
            case TaskNudge() as nudge:
                nudge = nudge if nudge.chain else replace(nudge, chain=message_id)
                known = self.nudges[nudge.cluster].get(nudge.task)
                self.nudges[nudge.cluster][nudge.task] = _merged(nudge, known) if known else nudge
                self.senders[nudge.cluster][nudge.task].append(message_id)
            case DeploymentEvent(region, cluster, service) as event:
                self.deployments.append((event, message_id))
                self.add(ServiceLook(region, cluster, service), message_id)
            case ServiceLook() as look:
                known_look = self.looks[look.cluster].setdefault(look.service, look)
                self.looks[look.cluster][look.service] = min(known_look, look, key=lambda each: each.attempt)
                self.lookers[look.cluster][look.service].append(message_id)
            case ClusterPage() as page:
                self.pages.append((page if page.chain else replace(page, chain=message_id), message_id))
            case NotOurs(reason):
                logger.debug("not ours", extra={"reason": reason})
            case single:
                self.single.append((single, message_id))


def verify(
    records: Sequence[Mapping[str, Any]], reads: Callable[[str], Reads], edges: Edges, settings: VerifySettings
) -> list[str]:
    """Audit what the records are about, Region by Region side by side, grouped by cluster; `reads` gives a Region's.
    Returns the ids of the messages to be delivered again: whatever could not be recorded is not acknowledged, and the
    others are not held up by it."""
    attempt, regions = Attempts("not recorded"), dict[str, Gathered]()
    for record in records:
        with attempt([record["messageId"]]):
            try:
                message = parse(record["body"], settings.account)
                if isinstance(message, IncidentLook):
                    touched(message.key, message.subject)
            except ValueError as error:
                edges.queue.bury(record, str(error))
            else:
                for each in message.nudges if isinstance(message, TaskNudges) else (message,):
                    ours = each if _ours(each, settings) else _ELSEWHERE
                    region = settings.region if isinstance(ours, NotOurs | IncidentLook) else ours.region
                    regions.setdefault(region, Gathered()).add(ours, record["messageId"])
    works = [partial(_audit, region, its, reads, edges, settings) for region, its in regions.items()]
    return sorted(attempt.failed.union(*side_by_side(works)))


def _audit(
    region: str, gathered: Gathered, reads: Callable[[str], Reads], edges: Edges, settings: VerifySettings
) -> set[str]:
    """Audit what the messages of one Region are about; the ids of those to be delivered again."""
    attempt = Attempts("not recorded")
    with attempt(gathered.ids):
        rules = Rules(settings.settle_scale, settings.second_look, settings.start_deadline)
        audit = Audit(region, reads(region), edges, rules, settings.include_clusters)
        for single, message_id in gathered.single:
            with attempt([message_id]):
                _do(single, audit, settings)
        for cluster, nudges in gathered.nudges.items():
            senders = gathered.senders[cluster]
            for part in parts(list(nudges.values())):
                with attempt([message_id for nudge in part for message_id in senders[nudge.task]]):
                    if audit.has_time():
                        attempt.again(senders, audit.tasks(cluster, part))
                    else:  # anew: what is only given back too often is a dead letter
                        edges.queue.send(TaskNudges(part))
        for cluster, looks in gathered.looks.items():
            ids = gathered.lookers[cluster]
            with attempt(_all(ids)):
                attempt.again(ids, look_at_services_asked_for(audit, looks, cluster, _all(ids)[0]))
        for event, message_id in gathered.deployments:  # now it is known whether its service takes part
            with attempt([message_id]):
                _tell(event, audit)
        for page, message_id in gathered.pages:  # last: they take what time is left
            with attempt([message_id]):
                look_at_page(audit, page)
        audit.finish()
    return attempt.failed


def _tell(event: DeploymentEvent, audit: Audit) -> None:
    """Record what ECS told of a deployment, of a service that takes part in Service Connect as far as is known."""
    if audit.remembered[Place(event.region, event.cluster, event.service)] != NOTHING:
        audit.edges.write(deployment_record(event, audit.edges.clock()))


def _all(senders: Mapping[str, Sequence[str]]) -> list[str]:
    return [message_id for ids in senders.values() for message_id in ids]


def _do(single: Single, audit: Audit, settings: VerifySettings) -> None:
    match single:
        case RegionSweep():
            sweep_region(audit, single, settings.include_clusters)
        case OwnLook():
            look_at_itself(audit, settings)
        case Canary():
            pass_canary(single, audit.edges)
        case AlertTest():
            pass_alert_test(single, audit.edges)
        case IncidentLook():
            pass_look(single, audit.edges)


def _ours(message: Named | DeploymentEvent | NotOurs, settings: VerifySettings) -> bool:
    if isinstance(message, NotOurs | IncidentLook):
        return True
    if message.region not in settings.regions:
        return False
    if isinstance(message, RegionSweep | OwnLook | Canary | AlertTest):
        return True
    return included(message.cluster, settings.include_clusters)


def _merged(one: TaskNudge, other: TaskNudge) -> TaskNudge:
    """Two nudges about one task: the later event's, with every suspicion on record at its first sight. It goes on with
    the chain of looks that has come furthest: a look that is due holds the place of every other chain."""
    newest = max(one, other, key=lambda nudge: (nudge.version, nudge.look))
    chained = max(one, other, key=lambda nudge: nudge.look)
    suspected = {
        subject: min(nudge.suspected[subject] for nudge in (one, other) if subject in nudge.suspected)
        for subject in {*one.suspected, *other.suspected}
    }
    return replace(newest, suspected=suspected, look=chained.look, chain=chained.chain)
