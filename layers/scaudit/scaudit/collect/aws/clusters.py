"""Clusters from ECS: which there are, which are gone, and what tags the others have."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.ecs import LIST_CLUSTERS
from scaudit.collect.aws.failures import failures_of, undescribed
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import Unread
from scaudit.model.arn import Arn

DESCRIBE_CLUSTERS = Action(
    "ecs:DescribeClusters",
    "clusters by their names, with their tags",
    Quota("ECS cluster read", rate=20, burst=50),
    ("ecs:${Regions}:${AWS::AccountId}:cluster/*",),
)
CLUSTERS_PER_CALL = 100
_A_DAY = timedelta(days=1)
Tags = Mapping[str, str]


def cluster_names(reads: Reads) -> list[str] | Unread:
    """The names of all clusters of the Region."""
    found: list[str] = []
    token = ""
    while True:
        more: dict[str, Any] = {"nextToken": token} if token else {}
        answer = reads.ask(LIST_CLUSTERS, "", **more)
        if answer is None or isinstance(answer, Unread):
            return answer or Unread(f"{LIST_CLUSTERS.name} gave no answer")
        page = reads.understand(LIST_CLUSTERS, "clusters", _names, answer)
        if isinstance(page, Unread):
            return page
        names, token = page
        found += names
        if not token:
            return found


def clusters(reads: Reads, names: Iterable[str]) -> dict[str, Tags | Unread | None]:
    """The tags of each cluster; None for one that is gone: a deleted one may be shown as INACTIVE for some time (AWS:
    DeleteCluster). Each is asked for once a batch."""
    wanted = sorted(set(names))
    unasked = [name for name in wanted if _key(name) not in reads.once]
    for start in range(0, len(unasked), CLUSTERS_PER_CALL):
        page = unasked[start : start + CLUSTERS_PER_CALL]
        answer = reads.ask(DESCRIBE_CLUSTERS, "", clusters=page, include=["TAGS"])
        found: Any = answer or Unread(f"{DESCRIBE_CLUSTERS.name} gave no answer")
        if not isinstance(found, Unread):
            found = reads.understand(DESCRIBE_CLUSTERS, "clusters", _described, found, page)
        reads.once |= {_key(name): found if isinstance(found, Unread) else found[name] for name in page}
    return {name: reads.once[_key(name)] for name in wanted}


def tags(reads: Reads, cluster: str) -> Tags | Unread:
    """The tags of a cluster; none for one that is gone. Where they cannot be read this once, those of the last day: a
    tag silences until its date, and no longer."""
    found, name = clusters(reads, [cluster])[cluster], f"tags of {cluster}"
    known: Tags | None = reads.memory.get(name)
    if isinstance(found, Unread):
        return found if known is None or not found.transient else known
    if (found or {}) != (known or {}):  # also when the last one was taken away
        reads.memory.keep(name, dict(found or {}), _A_DAY)
    return found or {}


def _described(answer: Mapping[str, Any], names: Sequence[str]) -> dict[str, Tags | Unread | None]:
    """By name; what is not found is among the failures."""
    failures = failures_of(answer)
    found: dict[str, Tags | Unread | None] = {
        name: undescribed(DESCRIBE_CLUSTERS.name, f"cluster {name}", name, failures) for name in names
    }
    for raw in answer["clusters"]:
        tagged = {tag["key"]: tag.get("value", "") for tag in raw.get("tags") or ()}
        found[raw["clusterName"]] = None if raw["status"] == "INACTIVE" else tagged
    return found


def _names(answer: Mapping[str, Any]) -> tuple[list[str], str]:
    return [Arn.of(arn).name for arn in listed(answer["clusterArns"])], token_of(answer)


def _key(name: str) -> str:
    return f"cluster {name}"
