"""Who really calls whom: the metrics that the proxy of a client counts in CloudWatch.

Of each endpoint that it calls over HTTP a proxy publishes in AWS/ECS under the endpoint's TargetDiscoveryName and the
ClusterName and ServiceName of its own service (AWS: available-metrics; amazon-ecs-service-connect-agent,
AppendStatsTagRegexForServiceConnect; that ServiceName is the client's is not confirmed on AWS). Calls over TCP are not
counted so.
"""

from collections.abc import Mapping
from typing import Any

from scaudit.collect.aws.heartbeats import LIST_METRICS
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import Unread
from scaudit.model.calls import Call

_CLUSTER, _SERVICE, _TARGET = "ClusterName", "ServiceName", "TargetDiscoveryName"


def counted_calls(reads: Reads, endpoint: str = "") -> frozenset[Call] | Unread:
    """Who called over HTTP in the last three hours (AWS: ListMetrics, RecentlyActive): the endpoint of this discovery
    name, in whatever namespace, or any. 500 metrics a page."""
    target = {"Name": _TARGET} | ({"Value": endpoint} if endpoint else {})
    asked: dict[str, Any] = {"Dimensions": [{"Name": _CLUSTER}, {"Name": _SERVICE}, target], "RecentlyActive": "PT3H"}
    found: set[Call] = set()
    token = ""
    while True:
        page: dict[str, Any] = {"NextToken": token} if token else {}
        answer = reads.ask(LIST_METRICS, "", Namespace="AWS/ECS", **asked, **page)
        if not isinstance(answer, dict):
            return answer or Unread(f"{LIST_METRICS.name} gave no answer")
        told = reads.understand(LIST_METRICS, endpoint or "clients", _page, answer)
        if isinstance(told, Unread):
            return told
        calls, token = told
        found.update(calls)
        if not token:
            return frozenset(found)


def _page(answer: Mapping[str, Any]) -> tuple[list[Call], str]:
    named = [{each["Name"]: each["Value"] for each in raw["Dimensions"]} for raw in listed(answer["Metrics"])]
    return [Call(each[_CLUSTER], each[_SERVICE], each[_TARGET]) for each in named], token_of(answer, "NextToken")
