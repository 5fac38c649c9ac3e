"""scaudit looks at itself: who listens, what is not at rest, and whether the way of an incident is open."""

from scaudit.audit import records
from scaudit.audit.again import touch
from scaudit.audit.context import Edges
from scaudit.audit.endings import close_unseen
from scaudit.audit.region import Audit
from scaudit.audit.unlinked import close_unlinked, look_at_unlinked
from scaudit.audit.unwatched import close_unwatched
from scaudit.collect.aws.sns import subscription
from scaudit.judge.scaudit_itself import judge_estate
from scaudit.model.arn import Arn
from scaudit.queue.messages import AlertTest, Canary, IncidentLook
from scaudit.settings import VerifySettings
from scaudit.store.changes import AlertTestAsked, CanaryPassed, Digest, DigestDue, touched
from scaudit.store.keys import itself


def pass_canary(canary: Canary, edges: Edges) -> None:
    """Record how long the canary took to verify, and send it on to notify, where it makes the heartbeat."""
    at = edges.clock()
    edges.ledger.touch(CanaryPassed(canary.region), at)
    edges.write(records.canary_record(canary, at))


def pass_alert_test(asked: AlertTest, edges: Edges) -> None:
    """Have notify say the test alert that was asked for."""
    edges.ledger.touch(AlertTestAsked(asked.region, asked.id, asked.requested_by), edges.clock())


def pass_look(due: IncidentLook, edges: Edges) -> None:
    """Have notify look at an incident or a digest whose time has come. Raises ValueError for a key of neither."""
    edges.ledger.touch(touched(due.key, due.subject), edges.clock())


def look_at_itself(audit: Audit, settings: VerifySettings) -> None:
    """Look at who listens, close what stands outside the clusters that are watched, and have notify look again at
    whatever is not at rest in scaudit's own partitions, and remind of what is open for long."""
    at, topic = audit.edges.clock(), settings.topic
    audit.edges.ledger.touch(DigestDue(audit.region, Digest.REMINDER), at)
    if audit.region == settings.region:  # the topic's
        audit.recorder.itself(judge_estate({}, subscription(audit.reads, topic), at), at)
        close_unlinked(audit, settings)
    for name in audit.edges.ledger.standing_services(audit.region, ""):
        if name.startswith("ns-"):
            audit.namespace(_arn(topic, audit.region, name), at)
    own = itself(audit.region)
    close_unseen(audit.edges.ledger, own, audit.standing[own], at)
    close_unwatched(audit, settings.include_clusters)
    for name in audit.edges.ledger.standing_services(audit.region, ""):
        touch(audit.edges, audit.region, "", name, at)
    if audit.region == settings.region and topic.startswith("arn:aws:"):  # the others have too few Regions to link
        look_at_unlinked(audit, settings)  # last: it takes its time


def _arn(topic: str, region: str, namespace: str) -> str:
    """The ARN of a namespace of the account that the topic is in."""
    partition = topic.split(":")[1]
    return f"arn:{partition}:servicediscovery:{region}:{Arn.of(topic).account}:namespace/{namespace}"
