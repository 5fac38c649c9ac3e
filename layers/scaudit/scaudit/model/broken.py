"""Which members keep an incident open: those that fail, and those that were lost until another proves it over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scaudit.model.incidents import EVERY_TASK, Member, MemberState

TOGETHER = timedelta(minutes=15)
"""Tasks of one start are placed within this time."""
YOUNG = timedelta(minutes=10)
"""Of tasks that die within this time of their start, one that lived twice as long proves enough: were it to die after
all, it would be within the hold-down, and nobody would hear of an end."""
QUIET_HOUR = timedelta(hours=1)
"""So long after the last loss it counts that a sweep saw every running task pass."""


def broken(members: Sequence[Member], *, late: bool = False) -> list[Member]:
    """The members that keep an incident open, the one that failed first in front; none when it is clear.

    Lost tasks keep it open until a pass is seen after the last loss, of a task that was created after the youngest lost
    one and is older, by a fifth, than that one was when it began to fail: no two tasks of a crash loop live equally
    long. Or, an hour after the last loss, of every running task. A
    pass of an older sibling, or of one of the same start, proves nothing, nor does one that was seen before, nor that a
    task merely stops. Where tasks die young, the last may have died while the repair began: then one that lived twice
    as long is proof, too.
    """
    failing = [m for m in members if m.state is MemberState.FAIL]
    lost = [m for m in members if m.state is MemberState.LOST]
    if not failing and lost:
        last = max(m.observed_at for m in lost)
        youngest = max(lost, key=lambda m: m.created)
        if any(m.state is MemberState.PASS and _mends(m, youngest, last, late) for m in members):
            return []
    return sorted([*failing, *lost], key=lambda m: (m.since or m.observed_at, m.id))


def _mends(passed: Member, youngest: Member, last: datetime, late: bool) -> bool:
    if passed.id == EVERY_TASK:
        return passed.observed_at > last + QUIET_HOUR
    began = youngest.since or youngest.observed_at
    age = youngest.lasted
    another_start = passed.created >= youngest.created + min(age, TOGETHER)
    older = passed.lived > age + min(age / 5, TOGETHER) and (another_start or (age <= YOUNG and passed.lived > 2 * age))
    # What was seen to fail while it ran shows at once, unless it comes with age; what died, when a task lived as long.
    at_once = began < youngest.observed_at and not late
    return passed.observed_at > last and passed.created > youngest.created and (older or at_once)
