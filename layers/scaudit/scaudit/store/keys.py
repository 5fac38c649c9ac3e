"""How everything lies in the table: the keys of members, incidents, and what scaudit remembers.

pk = region/cluster/service. sk = check#endpoint#member for a member, incident#check#endpoint for an incident,
touch#check#endpoint to have notify look at one again, pending#task for a task that is being looked at again,
suspected#deployment#check#endpoint for what was suspected of a task that was gone before the second look, and
log-read#task for one whose proxy's start-up log is judged.
`standing_in` = region/cluster is there while a member or incident is not at rest: the index `standing` finds by it
the services whose incidents a sweep must judge in full. `speaking_in` = region is there while an incident is open and
worth telling: the index `speaking` holds all that is wrong in a Region.
pk = region//estate, sk = cluster#name is what the last sweep of a cluster went through, sk = region#name a Region that
is linked to this one.
pk = region//storm has the budget of announcements, what waits for a digest (announce/pool.py), and the digests.
"""

from datetime import UTC, datetime

from scaudit.model.places import Place, Subject

MEMBER = "SC"
INCIDENT = "incident#"
TOUCH = "touch#"
PENDING = "pending#"
SUSPECTED = "suspected#"
LOG_READ = "log-read#"
SWEPT = "cluster#"
LINKED = "region#"


def own(region: str, name: str) -> str:
    """The partition key of something of scaudit's own."""
    return Place(region, "", name).key


def itself(region: str) -> Place:
    """Where scaudit finds something wrong with itself."""
    return Place(region, "", "scaudit")


def estate(region: str) -> Place:
    """Where it is kept what the sweeps went through."""
    return Place(region, "", "estate")


def member(subject: Subject, member_id: str) -> str:
    """The sort key of one member of an incident."""
    return f"{subject.key}#{member_id}"


def member_of(key: str) -> tuple[Subject, str]:
    """The subject and the id of the member that has this sort key."""
    subject, member_id = key.rsplit("#", 1)
    return Subject.of(subject), member_id


def standing_in(region: str, cluster: str) -> str:
    """The index key under which a service with an open incident is found: its Region and cluster."""
    return f"{region}/{cluster}"


def text(moment: datetime) -> str:
    """A moment so that order of text is order of time: UTC, always six decimals."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def digests(region: str) -> Place:
    """Where the budget is kept, what waits for a digest, and the digests."""
    return Place(region, "", "storm")
