"""What is on record of members and incidents: every write conditional, so older knowledge never undoes newer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from scaudit.model.incidents import Incident, Member, MemberState, Open
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import JUDGED, LogMark
from scaudit.store import items, keys, members
from scaudit.store.changes import Change, DigestDue, IncidentChanged, touched
from scaudit.store.items import DigestState, Kept, Swept
from scaudit.store.keys import INCIDENT, LOG_READ, MEMBER, SWEPT, TOUCH, estate, standing_in, text
from scaudit.store.members import SPEAKING, tombstone
from scaudit.store.table import Table

ESTATE_DAYS = 7
"""So long after its last sweep a cluster counts: longer than any sensible SweepRate, and not for ever."""

SUSPECTED_FOR = timedelta(days=1)
"""So long what was suspected of a task that is gone may be confirmed by another of its deployment."""


class Ledger:
    """The members and incidents of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def standing(self, place: Place) -> dict[Subject, dict[str, Member]]:
        """The members of a service that fail or are lost, by subject; healthy ones cost nothing."""
        found: dict[Subject, dict[str, Member]] = {}
        for subject, member in self._members(place, MEMBER):
            if member.state in SPEAKING:
                found.setdefault(subject, {})[member.id] = member
        return found

    def standing_services(self, region: str, cluster: str) -> set[str]:
        """The services of a cluster with an incident that is not at rest. The index may be seconds behind."""
        return {Place.of(item["pk"]).service for item in self._table.standing(standing_in(region, cluster))}

    def members(self, place: Place, subject: Subject) -> list[Member]:
        """All members of one incident, tombstones included."""
        return [member for _, member in self._members(place, keys.member(subject, ""))]

    def record(self, place: Place, subject: Subject, member: Member) -> bool:
        """Write what was seen of one member, unless something newer is on record (then False)."""
        update, values = members.seen(place, member)
        self._table.clear_odd(place.key, keys.member(subject, member.id))
        unseen = "attribute_not_exists(observed_at) OR observed_at < :observed_at"
        return self._table.update(place.key, keys.member(subject, member.id), update, unseen, values)

    def lose(self, place: Place, subject: Subject, member: str, at: datetime) -> bool:
        """A failing member's task stopped: it is lost, unless something newer is on record or it was not failing."""
        update, values = members.lost(at)
        key, fails = keys.member(subject, member), {":fail": MemberState.FAIL}
        if self._table.clear_odd(place.key, key):
            return self.record(place, subject, members.forgotten(member, at))
        return self._table.update(place.key, key, update, "#state = :fail AND observed_at < :at", values | fails)

    def close(self, place: Place, subject: Subject, member: str, why: str, at: datetime) -> bool:
        """A failing or lost member cannot fail any more: its service, endpoint or check is gone."""
        update, values = members.closed(why, at)
        key, passed = keys.member(subject, member), {":pass": MemberState.PASS}
        if self._table.clear_odd(place.key, key):
            return self.record(place, subject, members.forgotten(member, at))
        return self._table.update(place.key, key, update, "#state <> :pass AND observed_at < :at", values | passed)

    def settle(self, place: Place, subject: Subject, member: Member, at: datetime) -> bool:
        """A lost or closed member's incident is over: it is a tombstone now, unless it was seen anew meanwhile."""
        update, values = members.settled(at)
        seen = {":seen": text(member.observed_at)}
        return self._table.update(
            place.key, keys.member(subject, member.id), update, "observed_at = :seen", values | seen
        )

    def logs_read(self, tasks: Sequence[tuple[Place, str]]) -> dict[tuple[Place, str], LogMark]:
        """Those of these tasks (place, id) of whose proxy's log nothing new will come, and what came of it."""
        found = self._table.fetch([(place.key, LOG_READ + task) for place, task in tasks])
        marks: dict[tuple[Place, str], LogMark] = {}
        for item in found:
            with suppress(ValueError):  # of another version: the log is read again
                mark = LogMark.of(str(item.get("came_to", JUDGED)))
                marks[Place.of(item["pk"]), item["sk"].removeprefix(LOG_READ)] = mark
        return marks

    def mark_logs(self, marks: Mapping[tuple[Place, str], LogMark], at: datetime) -> None:
        """Nothing new will come of the proxies' logs of these tasks (place, id)."""
        lasts = {"read_at": text(at), "expires_at": tombstone(at)}
        self._table.put_all(
            [
                {"pk": place.key, "sk": LOG_READ + task, "came_to": str(mark), **lasts}
                for (place, task), mark in marks.items()
            ]
        )

    def suspect(self, place: Place, deployment: str, suspected: Mapping[str, str], at: datetime) -> None:
        """A task of this deployment was gone before its second look; `suspected` maps the key of each subject to when
        it was first seen, as ISO 8601 text."""
        for subject, first in suspected.items():
            item = {"pk": place.key, "sk": f"{keys.SUSPECTED}{deployment}#{subject}", "first_seen": first}
            self._table.put(item | {"expires_at": int((at + SUSPECTED_FOR).timestamp())})

    def suspected(self, place: Place, deployment: str, at: datetime) -> dict[str, str]:
        """What was last suspected of tasks of this deployment that are gone (`suspect`)."""
        prefix, since = f"{keys.SUSPECTED}{deployment}#", at - SUSPECTED_FOR

        def lately(item: dict[str, Any]) -> tuple[str, str, bool]:
            first = item["first_seen"]
            return item["sk"].removeprefix(prefix), first, datetime.fromisoformat(first) > since

        found = self._table.read(lately, self._table.query(place.key, prefix))
        return {subject: first for subject, first, late in found if late}

    def touch(self, change: Change, at: datetime) -> None:
        """Wake notify for this, through the table's stream."""
        pk, name = change.key
        item = {"pk": pk, "sk": TOUCH + name, "touched_at": text(at), "expires_at": int(at.timestamp()) + 86400}
        self._table.put(item)

    def chain(self, place: Place, task: str, chain: str, due: datetime, now: datetime) -> bool:
        """Whether this chain of looks may go on: False while another one's next look at the task is still to come."""
        return self._table.update(
            place.key,
            keys.PENDING + task,
            "SET chain = :chain, due = :due, expires_at = :expires_at",
            "attribute_not_exists(chain) OR chain = :chain OR due <= :now",
            {":chain": chain, ":due": text(due), ":now": text(now), ":expires_at": int(due.timestamp()) + 86400},
        )

    def end_chain(self, place: Place, task: str, chain: str, now: datetime) -> None:
        """This chain of looks is over: another may begin."""
        self._table.update(
            place.key, keys.PENDING + task, "SET due = :now", "chain = :chain", {":chain": chain, ":now": text(now)}
        )

    def incident(self, place: Place, subject: Subject) -> Kept[Incident]:
        """The incident on record; a quiet one of revision 0 when there is none yet."""
        item = self._table.get(place.key, INCIDENT + subject.key)
        return next(self._table.read(items.incident_of, [item] if item else []), Kept(Incident()))

    def incidents(self, place: Place, check: str = "") -> dict[Subject, Incident]:
        """Every incident in a place, over or not; of one check where it is named."""
        found = self._table.query(place.key, INCIDENT + (Subject(check).key.removesuffix("-") if check else ""))
        return {of.subject: incident for of, incident in self._table.read(items.entry_of, found)}

    def digest(self, due: DigestDue) -> Kept[DigestState]:
        """The digest on record; one of revision 0 when there is none yet."""
        pk, name = due.key
        item = self._table.get(pk, INCIDENT + name)
        return next(self._table.read(items.digest_of, [item] if item else []), Kept(DigestState()))

    def kept(self, of: IncidentChanged | DigestDue) -> Kept[Any]:
        """Either of them, as it is on record."""
        return self.digest(of) if isinstance(of, DigestDue) else self.incident(of.place, of.subject)

    def restless(self, place: Place) -> list[Change]:
        """The incidents, or digests, of a place that are not at rest."""
        found = self._table.query(place.key, INCIDENT)
        return [touched(place.key, item["sk"].removeprefix(INCIDENT)) for item in found if "standing_in" in item]

    def open_incidents(self, region: str) -> list[Open]:
        """Every incident of a Region that is open and worth telling. The index may be seconds behind."""
        return [*self._table.read(items.open_of, self._table.speaking(region))]

    def swept(self, region: str, swept: Swept) -> bool:
        """A sweep went through a cluster. False when a later one is on record."""
        item = items.swept_item(region, swept)
        item["expires_at"] = int((swept.at + timedelta(days=ESTATE_DAYS)).timestamp())
        return self._table.put(item, "attribute_not_exists(swept_at) OR swept_at < :at", {":at": text(swept.at)})

    def forget(self, region: str, cluster: str) -> None:
        """A cluster is not watched any more: it counts for nothing."""
        self._table.delete(estate(region).key, SWEPT + cluster)

    def estate(self, region: str) -> dict[str, Swept]:
        """What the last sweep of each cluster went through."""
        swept = self._table.read(items.swept_of, self._table.query(estate(region).key, SWEPT))
        return {each.cluster: each for each in swept}

    def heard(self, of: IncidentChanged, withheld_at: datetime, at: datetime) -> None:
        """Users hear of an incident at this moment, of which an announcement was withheld; not if it was announced
        anew since."""
        told = {":at": text(at), ":withheld_at": text(withheld_at)}
        pk, name = of.key
        self._table.update(pk, INCIDENT + name, "SET told_at = :at", "told_at <= :withheld_at", told)

    def _members(self, place: Place, prefix: str) -> Iterator[tuple[Subject, Member]]:
        return self._table.read(members.entry_of, self._table.query(place.key, prefix), members.unreadable)

    def save(self, of: IncidentChanged | DigestDue, kept: Kept[Any]) -> bool:
        """Write an incident or a digest as the revision after the one read, unless another copy of notify was faster
        (False)."""
        item = items.digest_item(of, kept) if isinstance(of, DigestDue) else items.incident_item(of, kept)
        unchanged = "attribute_not_exists(revision) OR revision = :before"
        return self._table.put(item, unchanged, {":before": kept.revision - 1})
