"""Regions that are not linked: whether anything in Service Connect is in them, and what stood in one that was."""

from datetime import timedelta

from scaudit.audit import records
from scaudit.audit.region import Audit
from scaudit.audit.unwatched import close_region
from scaudit.collect.aws.account import enabled_regions
from scaudit.collect.aws.reads import LONGEST_CALL
from scaudit.collect.unlinked import A_DAY, unwatched_service
from scaudit.judge.scaudit_itself import judge_regions
from scaudit.model import Unread
from scaudit.model.places import Subject
from scaudit.model.seen import Unlinked
from scaudit.settings import VerifySettings
from scaudit.store.keys import itself
from scaudit.store.linked_regions import LinkedRegions

AT_ONCE = timedelta(seconds=10)
"""For so long Regions are looked at in one sweep; the others wait for the next one."""
_REGIONS = "Regions of the account"


def look_at_unlinked(audit: Audit, settings: VerifySettings) -> None:
    """Judge which Regions of the account nobody watches. That one may not be read is recorded, and no fault: an
    organisation may well close Regions."""
    regions = _enabled(audit)
    if isinstance(regions, Unread):
        return
    own, found = itself(audit.region), dict[str, Unlinked | Unread]()
    others = [region for region in regions if region not in settings.regions]
    memory, begun, looked = audit.reads.memory, audit.edges.clock(), list[str]()
    aside = audit.reads.aside(lambda: (begun + AT_ONCE - audit.edges.clock()).total_seconds() + LONGEST_CALL)
    memory.recall(map(_key, others))
    for region in others:
        known: str | Unread | None = memory.get(_key(region))
        if known is None and audit.edges.clock() < begun + AT_ONCE and audit.has_time():
            known = unwatched_service(aside, region, others, settings.include_clusters)
            looked.append(region)
            if not isinstance(known, Unread) or known.action:
                memory.keep(_key(region), known, A_DAY)
        known = Unread(f"Region {region} was not looked at yet") if known is None else known
        found[region] = known if isinstance(known, Unread) else Unlinked(region, known)
    if looked:
        told = {region: found[region] for region in looked}
        audit.edges.write(records.regions_record(audit.region, settings.regions, told, begun))
    over = audit.standing[own].get(Subject("SC906"), {}).keys() - found.keys()
    audit.recorder.itself(judge_regions(found | {region: Unlinked(region) for region in over}, begun), begun)


def close_unlinked(audit: Audit, settings: VerifySettings) -> None:
    """Close what stands in Regions that are no longer linked, and remember those that are."""
    regions, home = LinkedRegions(audit.edges.table), audit.region
    known, linked = regions.known(home), set(settings.linked_regions)
    for region in sorted(linked - known):
        regions.link(home, region)
    for region in sorted(known - linked):
        if close_region(audit, region, f"Region {region} is no longer linked"):
            regions.unlink(home, region)


def _enabled(audit: Audit) -> tuple[str, ...] | list[str] | Unread:
    known: tuple[str, ...] | None = audit.reads.memory.get(_REGIONS)
    if known is not None:
        return known
    regions = enabled_regions(audit.reads)
    if not isinstance(regions, Unread):
        audit.reads.memory.keep(_REGIONS, regions, A_DAY)
    return regions


def _key(region: str) -> str:
    """Under what it is remembered what was found in a Region."""
    return f"Region {region} that is not linked"
