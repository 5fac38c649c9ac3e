"""The estate, cluster by cluster: what to look at, whether or not any event spoke of it."""

from scaudit.audit import records
from scaudit.audit.clusters import asked_again
from scaudit.audit.region import Audit
from scaudit.collect.aws.clusters import cluster_names
from scaudit.model import Unread
from scaudit.queue.messages import Canary, ClusterPage, OwnLook, RegionSweep
from scaudit.queue.queue import LONGEST_DELAY, Queue
from scaudit.settings import SweepSettings, included

APART = 6
"""Seconds between two clusters, more than a batching window of verify: so no batch has them all, and quotas are used
evenly."""


def sweep(queue: Queue, settings: SweepSettings) -> None:
    """Send for a look at each Region that is watched, and at what scaudit has on record of itself there. Raises what
    SQS raises."""
    for region in settings.regions:
        queue.send(OwnLook(region))
        queue.send(RegionSweep(region))


def sweep_region(audit: Audit, message: RegionSweep, include: tuple[str, ...]) -> None:
    """Send one message for each included cluster of the Region, and a canary. Of a Region whose clusters cannot be
    listed nothing is known, and there is no canary: its alarm tells, should that last."""
    clusters = cluster_names(audit.reads)
    at = audit.edges.clock()
    if isinstance(clusters, Unread) and asked_again(audit, message, clusters):
        return
    if isinstance(clusters, Unread):
        audit.edges.write(records.unswept_record(audit.region, clusters, at))
        return
    wanted = [cluster for cluster in clusters if included(cluster, include)]
    apart = min(APART, LONGEST_DELAY / max(len(wanted), 1))
    for number, cluster in enumerate(wanted):
        audit.edges.queue.send(ClusterPage(audit.region, cluster), int(number * apart))
    audit.edges.write(records.sweep_record(audit.region, wanted, len(clusters), at))
    audit.edges.queue.send(Canary(audit.region, at.isoformat()))  # last: a sweep that breaks off must not look alive
