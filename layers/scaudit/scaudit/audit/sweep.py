"""The estate, cluster by cluster: what to look at, whether or not any event spoke of it."""

from collections.abc import Mapping
from typing import Any

from scaudit.audit import records
from scaudit.clock import utc_now
from scaudit.model.arn import Arn
from scaudit.queue.messages import Canary, ClusterPage, OwnLook
from scaudit.queue.queue import LONGEST_DELAY, Queue
from scaudit.settings import SweepSettings, included

APART = 6
"""Seconds between two clusters, more than a batching window of verify: so no batch has them all, and quotas are used
evenly."""


def sweep(ecs: Any, queue: Queue, settings: SweepSettings) -> Mapping[str, Any]:  # noqa: ANN401
    """Send one message for each included cluster, one for scaudit itself, a canary, and return the record.

    Raises what ECS and SQS raise: a sweep that could not list the clusters must not look like a quiet one.
    """
    pages = ecs.get_paginator("list_clusters").paginate()
    clusters = [Arn.of(arn).name for page in pages for arn in page["clusterArns"]]
    wanted = [cluster for cluster in clusters if included(cluster, settings.include_clusters)]
    queue.send(OwnLook(settings.region))
    apart = min(APART, LONGEST_DELAY / max(len(wanted), 1))
    for number, cluster in enumerate(wanted):
        queue.send(ClusterPage(settings.region, cluster), int(number * apart))
    at = utc_now()
    queue.send(Canary(settings.region, at.isoformat()))  # last: a sweep that breaks off must not look alive
    return records.sweep_record(settings.region, wanted, len(clusters), at)
