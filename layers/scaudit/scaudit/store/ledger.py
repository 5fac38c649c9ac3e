"""What is on record of members and incidents: every write conditional, so older knowledge never undoes newer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from scaudit.model.incidents import Member, MemberState, Open
from scaudit.store.items import Kept, Swept, incident_item, kept_of, member_of, open_of, swept_item, swept_of
from scaudit.store.keys import INCIDENT, LOG_READ, MEMBER, PENDING, SWEPT, TOUCH, estate, standing_in, text
from scaudit.store.table import Table

TOMBSTONE_DAYS = 30
ESTATE_DAYS = 7
"""So long after its last sweep a cluster counts: longer than any sensible SweepRate, and not for ever."""
SPEAKING = (MemberState.FAIL, MemberState.LOST)
_SEEN = (
    "SET #state = :state, observed_at = :observed_at, task_created_at = :task_created_at, severity = :severity, "
    "sentence = :sentence, caused_by = :caused_by, suppressed = :suppressed, running = :running"
)
_FAILS = (  # what was there at the first sweep still is at the second
    ", since = if_not_exists(since, :observed_at), baseline = if_not_exists(baseline, :baseline), "
    "standing_in = :standing_in REMOVE expires_at"
)
_RESTS = ", expires_at = :expires_at REMOVE since, standing_in, baseline"
_ENDS = "SET #state = :state, observed_at = :at, sentence = :why" + _RESTS


class Ledger:
    """The members and incidents of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def standing(self, pk: str) -> dict[str, dict[str, Member]]:
        """The members of a service that fail or are lost, by subject (check#endpoint); healthy ones cost nothing."""
        found: dict[str, dict[str, Member]] = {}
        for item in self._table.query(pk, MEMBER):
            if item["state"] in SPEAKING:
                subject, member = item["sk"].rsplit("#", 1)
                found.setdefault(subject, {})[member] = member_of(item)
        return found

    def standing_services(self, region: str, cluster: str) -> set[str]:
        """The services of a cluster with an incident that is not at rest. The index may be seconds behind."""
        return {item["pk"].rsplit("/", 1)[1] for item in self._table.standing(f"{region}/{cluster}")}

    def members(self, pk: str, subject: str) -> list[Member]:
        """All members of one incident, tombstones included."""
        return [member_of(item) for item in self._table.query(pk, f"{subject}#")]

    def record(self, pk: str, subject: str, member: Member) -> bool:
        """Write what was seen of one member, unless something newer is on record (then False)."""
        fails = member.state in SPEAKING
        created = member.task_created_at
        return self._table.update(
            pk,
            f"{subject}#{member.id}",
            _SEEN + (_FAILS if fails else _RESTS),
            "attribute_not_exists(observed_at) OR observed_at < :observed_at",
            {
                ":state": member.state,
                ":observed_at": text(member.observed_at),
                ":task_created_at": text(created) if created else "",
                ":severity": member.severity.word,
                ":sentence": member.sentence,
                ":caused_by": member.caused_by,
                ":suppressed": member.suppressed,
                ":running": member.running,
                ":baseline": member.baseline if fails else None,
                ":standing_in": standing_in(pk) if fails else None,
                ":expires_at": None if fails else _tombstone(member.observed_at),
            },
        )

    def lose(self, pk: str, subject: str, member: str, at: datetime) -> bool:
        """A failing member's task stopped: it is lost, unless something newer is on record or it was not failing."""
        return self._table.update(
            pk,
            f"{subject}#{member}",
            "SET #state = :lost, observed_at = :at, expires_at = :expires_at",
            "#state = :fail AND observed_at < :at",
            {
                ":lost": MemberState.LOST,
                ":fail": MemberState.FAIL,
                ":at": text(at),
                ":expires_at": _tombstone(at),
            },
        )

    def close(self, pk: str, subject: str, member: str, why: str, at: datetime) -> bool:
        """A failing or lost member cannot fail any more: its service, endpoint or check is gone."""
        return self._table.update(
            pk,
            f"{subject}#{member}",
            _ENDS,
            "#state <> :pass AND observed_at < :at",
            _end(MemberState.CLOSED, why, at) | {":pass": MemberState.PASS},
        )

    def settle(self, pk: str, subject: str, member: Member, at: datetime) -> bool:
        """A lost or closed member's incident is over: it is a tombstone now, unless it was seen anew meanwhile."""
        return self._table.update(
            pk,
            f"{subject}#{member.id}",
            _ENDS,
            "observed_at = :seen",
            _end(MemberState.PASS, "", at) | {":seen": text(member.observed_at)},
        )

    def logs_read(self, tasks: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these tasks (partition, id) whose proxy's log was read to its end and judged."""
        found = self._table.present([(pk, LOG_READ + task) for pk, task in tasks])
        return {(pk, sk.removeprefix(LOG_READ)) for pk, sk in found}

    def log_read(self, pk: str, task: str, at: datetime) -> None:
        """The proxy's log of this task is read and judged: nothing new will come of it."""
        self._table.put({"pk": pk, "sk": LOG_READ + task, "read_at": text(at), "expires_at": _tombstone(at)})

    def touch(self, pk: str, subject: str, at: datetime) -> None:
        """Have notify look at an incident again, through the table's stream."""
        item = {"pk": pk, "sk": TOUCH + subject, "touched_at": text(at), "expires_at": int(at.timestamp()) + 86400}
        self._table.put(item)

    def chain(self, pk: str, task: str, chain: str, due: datetime, now: datetime) -> bool:
        """Whether this chain of looks may go on: False while another one's next look at the task is still to come."""
        return self._table.update(
            pk,
            PENDING + task,
            "SET chain = :chain, due = :due, expires_at = :expires_at",
            "attribute_not_exists(chain) OR chain = :chain OR due <= :now",
            {":chain": chain, ":due": text(due), ":now": text(now), ":expires_at": int(due.timestamp()) + 86400},
        )

    def end_chain(self, pk: str, task: str, chain: str, now: datetime) -> None:
        """This chain of looks is over: another may begin."""
        self._table.update(pk, PENDING + task, "SET due = :now", "chain = :chain", {":chain": chain, ":now": text(now)})

    def incident(self, pk: str, subject: str) -> Kept:
        """The incident on record; a quiet one of revision 0 when there is none yet."""
        item = self._table.get(pk, INCIDENT + subject)
        return kept_of(item) if item else Kept()

    def restless(self, pk: str) -> list[str]:
        """The incidents of a service that are not at rest, by subject."""
        items = self._table.query(pk, INCIDENT)
        return [item["sk"].removeprefix(INCIDENT) for item in items if "standing_in" in item]

    def open_incidents(self, region: str) -> list[Open]:
        """Every incident of a Region that is open and worth telling. The index may be seconds behind."""
        return [open_of(item) for item in self._table.speaking(region)]

    def swept(self, region: str, swept: Swept) -> bool:
        """A sweep went through a cluster. False when a later one is on record."""
        item = swept_item(region, swept)
        item["expires_at"] = int((swept.at + timedelta(days=ESTATE_DAYS)).timestamp())
        return self._table.put(item, "attribute_not_exists(swept_at) OR swept_at < :at", {":at": text(swept.at)})

    def estate(self, region: str) -> dict[str, Swept]:
        """What the last sweep of each cluster went through."""
        swept = map(swept_of, self._table.query(estate(region), SWEPT))
        return {each.cluster: each for each in swept}

    def save(self, pk: str, subject: str, kept: Kept) -> bool:
        """Write the incident as the revision after the one read, unless another copy of notify was faster (False)."""
        unchanged = "attribute_not_exists(revision) OR revision = :before"
        return self._table.put(incident_item(pk, subject, kept), unchanged, {":before": kept.revision - 1})


def _end(state: MemberState, why: str, at: datetime) -> dict[str, Any]:
    return {":state": state, ":at": text(at), ":why": why, ":expires_at": _tombstone(at)}


def _tombstone(at: datetime) -> int:
    return int((at + timedelta(days=TOMBSTONE_DAYS)).timestamp())
