"""What stands in clusters and Regions that nobody watches any more: closed by the sweep's own look, with the reason."""

from collections.abc import Mapping

from scaudit.audit.again import touch
from scaudit.audit.endings import close_all
from scaudit.audit.region import Audit
from scaudit.collect.aws.clusters import clusters
from scaudit.model.places import Place
from scaudit.settings import included
from scaudit.store.keys import itself


def close_unwatched(audit: Audit, include: tuple[str, ...]) -> None:
    """Close whatever stands in a cluster that is deleted, or no longer in `include`, and forget the cluster when it is
    all over. Of a cluster that cannot be read nothing is closed. Raises what the table raises."""
    ledger, region, at = audit.edges.ledger, audit.region, audit.edges.clock()
    for cluster, why in _unwatched(audit, _clusters(audit, region), include).items():
        own = itself(region)
        for subject, members in audit.standing[own].items():
            for member in members:
                if member.split("/")[0] == cluster:
                    ledger.close(own, subject, member, why, at)
        if not _close(audit, region, cluster, why):
            ledger.forget(region, cluster)


def close_region(audit: Audit, region: str, why: str) -> bool:
    """Close whatever stands in a Region; True when it is all over. Raises what the table raises."""
    standing = False
    for cluster in sorted(_clusters(audit, region)):
        if _close(audit, region, cluster, why):
            standing = True
        else:
            audit.edges.ledger.forget(region, cluster)
    return not _close(audit, region, "", why) and not standing


def _clusters(audit: Audit, region: str) -> set[str]:
    """Those of a Region that were swept, or in which something is open."""
    ledger = audit.edges.ledger
    return {*ledger.estate(region), *(each.place.cluster for each in ledger.open_incidents(region))} - {""}


def _close(audit: Audit, region: str, cluster: str, why: str) -> bool:
    """Close whatever stands against services of a cluster, or against scaudit itself without one; whether anything
    did."""
    ledger, at = audit.edges.ledger, audit.edges.clock()
    services = ledger.standing_services(region, cluster)
    for service in sorted(services):
        place = Place(region, cluster, service)
        close_all(ledger, place, audit.standing[place], why, at)
        touch(audit.edges, region, cluster, service, at)
    return bool(services)


def _unwatched(audit: Audit, known: set[str], include: tuple[str, ...]) -> Mapping[str, str]:
    """The clusters that nobody watches, each with the reason."""
    left = sorted(cluster for cluster in known if not included(cluster, include))
    found = clusters(audit.reads, known - set(left))
    gone = sorted(cluster for cluster, tags in found.items() if tags is None)
    return {
        **{cluster: f"cluster {cluster} is no longer in IncludeClusters" for cluster in left},
        **{cluster: f"cluster {cluster} was deleted" for cluster in gone},
    }
