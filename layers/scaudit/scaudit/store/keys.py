"""How everything lies in the table: the keys of members, incidents, and what scaudit remembers.

pk = region/cluster/service. sk = check#endpoint#member for a member, incident#check#endpoint for an incident,
touch#check#endpoint to have notify look at one again, pending#task for a task that is being looked at again, and
log-read#task for one whose proxy's start-up log is judged.
`standing_in` = region/cluster is there while a member or incident is not at rest: the index `standing` finds by it
the services whose incidents a sweep must judge in full. `speaking_in` = region is there while an incident is open and
worth telling: the index `speaking` holds all that is wrong in a Region.
pk = region//estate, sk = cluster#name is what the last sweep of a cluster went through.
pk = region//storm has the storm budget and what it withholds (announce/pool.py).
"""

from datetime import UTC, datetime

MEMBER = "SC"
INCIDENT = "incident#"
TOUCH = "touch#"
PENDING = "pending#"
LOG_READ = "log-read#"
SWEPT = "cluster#"


def partition(region: str, cluster: str, service: str) -> str:
    """The partition key of one ECS service."""
    return f"{region}/{cluster}/{service}"


def itself(region: str) -> str:
    """The partition key of what scaudit finds wrong with itself: the cluster that no cluster can be, an empty one."""
    return partition(region, "", "scaudit")


def estate(region: str) -> str:
    """The partition key of what the sweeps went through."""
    return partition(region, "", "estate")


def standing_in(pk: str) -> str:
    """The index key under which a service with an open incident is found: its Region and cluster."""
    return pk.rsplit("/", 1)[0]


def text(moment: datetime) -> str:
    """A moment so that order of text is order of time: UTC, always six decimals."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


CANARY = "canary"
"""The subject under which notify hears of a canary."""
DIGEST, BASELINE, REMINDER = "digest", "baseline", "reminder"


def storm(region: str) -> str:
    """The partition key of the budget and of what it withholds."""
    return partition(region, "", "storm")
