"""EventBridge events into our words."""

from collections.abc import Mapping
from typing import Any

from scaudit.model.arn import Arn
from scaudit.queue.messages import DeploymentEvent, Hopeless, NotOurs, ServiceLook, TaskNudge

_LONGEST = 600
"""Characters of a reason that are kept, as of a sentence (model.sentences)."""


def message_of(event: Mapping[str, Any], account: str = "") -> TaskNudge | ServiceLook | DeploymentEvent | NotOurs:
    """An EventBridge event of this account, of any if it is empty. Only what identifies its subject is taken: what is
    true now, ECS says when asked. But how long a deployment took, it says only here.

    Names and shapes: AWS, "Amazon ECS events"; unknown fields may be added at any time.
    """
    kind = event.get("detail-type") if event.get("source") == "aws.ecs" else None
    read = {
        "ECS Task State Change": _task_event,
        "ECS Deployment State Change": _deployment_event,
        "ECS Service Action": _service_event,
    }.get(str(kind))
    if read is None:
        return NotOurs(f"{event.get('source')!s:.80}: {event.get('detail-type')!s:.80}")
    if account and event.get("account", account) != account:
        return NotOurs(f"an event of account {event['account']!s:.80}")
    detail = event.get("detail")
    if not isinstance(detail, dict):
        raise Hopeless(f"the event {kind} has no detail")
    return read(event, detail)


def _task_event(event: Mapping[str, Any], detail: Mapping[str, Any]) -> TaskNudge | NotOurs:
    group, arn, version = str(detail.get("group") or ""), str(detail.get("taskArn") or ""), detail.get("version")
    if not group.startswith("service:"):
        return NotOurs(f"no service started this task (group {group or 'missing'!s:.80})")
    cluster_arn = str(detail.get("clusterArn") or "")
    if ":task/" not in arn or ":cluster/" not in cluster_arn:
        raise Hopeless(
            f"the task event names no task and cluster (taskArn {arn!r:.80}, clusterArn {cluster_arn!r:.80})"
        )
    return TaskNudge(
        region=_region(event, arn),
        cluster=Arn.of(cluster_arn).name,
        service=group.removeprefix("service:"),
        task=Arn.of(arn).name,
        version=version if isinstance(version, int) else 0,
    )


def _service_event(event: Mapping[str, Any], detail: Mapping[str, Any]) -> ServiceLook:
    """Every sample names the service in `resources`. Its ARN has the cluster in it, unless it has the old form; then
    the detail may have it."""
    resources = event.get("resources")
    arn = str(resources[0]) if isinstance(resources, list) and resources else ""
    names = arn.partition(":service/")[2].split("/")
    cluster = names[0] if len(names) == 2 else str(detail.get("clusterArn") or "").rpartition(":cluster/")[2]
    if not names[-1] or not cluster:
        raise Hopeless(f"the event names no service and cluster (resources {str(resources)[:120]})")
    return ServiceLook(region=_region(event, arn), cluster=cluster, service=names[-1])


def _deployment_event(event: Mapping[str, Any], detail: Mapping[str, Any]) -> ServiceLook | DeploymentEvent:
    """Its `updatedAt` is not described, and was seen to be a minute before the time of the event (AWS: service
    deployment state change events); so that time counts."""
    look = _service_event(event, detail)
    told = [detail.get("deploymentId"), detail.get("eventName"), event.get("time")]
    if not all(isinstance(each, str) and each for each in told):
        return look
    words = [str(each)[:_LONGEST] for each in (*told, detail.get("reason") or "")]
    return DeploymentEvent(look.region, look.cluster, look.service, *words)


def _region(event: Mapping[str, Any], arn: str) -> str:
    """The event's own, or that of what it is about: an ARN may be short."""
    region = str(event.get("region") or Arn.of(arn).region)
    if not region:
        raise Hopeless(f"the event names no Region, nor does what it is about ({arn:.120})")
    return region
