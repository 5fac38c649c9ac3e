"""Whose logs are read in whole where a proxy was lost late: few, since each may be long."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from scaudit.checks import check_of
from scaudit.model.broken import broken
from scaudit.model.incidents import EVERY_TASK, Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.model.seen import Seen
from scaudit.store.memory import Memory

MOST = 3
"""Of so many tasks the logs are read for each subject, though one is enough: some may be cut off."""
ALL_EVERY = timedelta(hours=3)


def proofs(
    stood: Mapping[Subject, Sequence[Member]], seen: Sequence[Seen], place: Place, memory: Memory
) -> Sequence[Seen]:
    """Of these running tasks of one service those whose pass would end what tasks of it were lost to (`broken`), the
    youngest few, whose logs are the shortest; all, now and then, where none would and that of every task does."""
    found: list[Seen] = []
    for subject, members in stood.items():
        single = [one for one in seen if _ends(subject, members, _pass(one, one.task.id))]
        found += sorted(single, key=lambda one: (one.task.created_at, one.task.id), reverse=True)[:MOST]
        if not single and _ends(subject, members, _pass(seen[0], EVERY_TASK)):
            last = max(member.observed_at for member in members)
            key = f"all logs of {place.key} for {subject.key} since {last.isoformat()}"
            if not memory.get(key):
                memory.keep(key, value=True, lasts=ALL_EVERY)
                return seen
    return found


def _pass(one: Seen, member: str) -> Member:
    return Member(member, MemberState.PASS, one.at, task_created_at=one.task.created_at)


def _ends(subject: Subject, members: Sequence[Member], passed: Member) -> bool:
    check = check_of(subject)
    return check is not None and not broken([*members, passed], late=check.late)
