"""Everything breaks at once, on the simulated account: one message says so, whatever befalls notify and in how many
copies it runs."""

import random
from collections.abc import Sequence
from datetime import timedelta
from zlib import crc32

import pytest

from tests.builders import REGION
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER, Registered
from tests.simulation.examples import LONG
from tests.simulation.killing import Place, Strike, after, killed, told
from tests.simulation.runs import Fate, Plan, Run
from tests.simulation.stream import Record
from tests.simulation.template import SWEEP_EVERY, TIMEOUT

SETTLED, SEEN, OVER = 180, 1000, 1900
"""Seconds until a service that starts, breaks or is mended is dealt with, sweeps and hold-down included."""
Told = list[tuple[str, str, int]]


class Storm:
    """A cluster of services that break and are mended together."""

    def __init__(self, account: Account, services: int) -> None:
        self.account, self.estate = account, account.estate
        self.names = [f"web{n:02d}" for n in range(services)]
        for name in self.names:
            self.estate.create(name, 1)
        account.wait(SETTLED)

    def is_swept(self) -> "Storm":
        """The first sweep goes through the cluster, and counts its services."""
        self.account.wait(SEEN)
        return self

    def was_broken(self, names: Sequence[str]) -> None:
        """No event tells of it."""
        for name in names:
            (task,) = self.estate.running(name)
            self.estate.register(task, Registered.WRONG_PORT)

    def breaks(self, names: Sequence[str]) -> None:
        self._becomes(names, Registered.WRONG_PORT)

    def is_mended(self, names: Sequence[str]) -> None:
        self._becomes(names, Registered.RIGHT)

    def _becomes(self, names: Sequence[str], how: Registered) -> None:
        for name in names:
            (task,) = self.estate.running(name)
            self.estate.register(task, how)
            self.estate.tell_of_service(name, "SERVICE_TASK_START_IMPAIRED")

    @property
    def told(self) -> Told:
        assert self.account.oracle.lies == []
        each = [message.data for message in self.account.topic.published]
        return [(data["state"], data["check"], data["affected"]["count"]) for data in each]


def test_thirty_of_forty_at_once_are_one_message_and_one_when_they_are_mended() -> None:
    storm = Storm(Account(), 40).is_swept()
    storm.breaks(storm.names[:30])
    storm.account.wait(SEEN)
    assert storm.told == [("open", "SC903", 30)]
    storm.is_mended(storm.names[:30])
    storm.account.wait(OVER)
    assert storm.told == [("open", "SC903", 30), ("resolved", "SC903", 0)]
    assert storm.account.pool.waiting(REGION) == [] and storm.account.oracle.open == set()


def test_fifteen_of_forty_at_once_are_told_one_by_one() -> None:
    storm = Storm(Account(), 40).is_swept()
    storm.breaks(storm.names[:15])
    storm.account.wait(SEEN)
    assert storm.told == [("open", "SC203", 1)] * 15


def test_sweeps_remind_of_what_is_open_for_a_day() -> None:
    storm = Storm(Account(), 1)
    storm.breaks(storm.names)
    storm.account.wait(24 * 3600)
    assert storm.told == [("open", "SC203", 1)]
    storm.account.wait(24 * 3600)
    assert storm.told == [("open", "SC203", 1), ("reminder", "", 1)]
    storm.account.wait(24 * 3600)
    assert storm.told[2:] == [("reminder", "", 1)]


def test_what_still_fails_afterwards_is_told_in_one_digest() -> None:
    storm = Storm(Account(), 40).is_swept()
    storm.breaks(storm.names[:30])
    storm.account.wait(SEEN)
    storm.is_mended(storm.names[:25])
    storm.account.wait(OVER)
    assert storm.told == [("open", "SC903", 30), ("resolved", "SC903", 0), ("digest", "", 5)]
    storm.is_mended(storm.names[:30])
    storm.account.wait(OVER)
    assert storm.told[3:] == [("resolved", "SC203", 0)] * 5 and storm.account.oracle.open == set()


class FourCopies(Account):
    """Each batch of the stream is shared out by partition, as its shards are, or all copies get all of it, which is
    worse. Of all of them, whichever comes next makes its next AWS call."""

    def __init__(self, seed: int, *, alike: bool) -> None:
        super().__init__(stalls=True)
        self._dice, self._alike = random.Random(seed), alike

    def notify(self, batch: Sequence[Record], plan: Plan | None = None) -> Run:
        shards = [batch] * 4 if self._alike else [[r for r in batch if _shard(r) == n] for n in range(4)]
        for shard in filter(None, shards):
            run = super().notify(shard, lambda _number, _name: Fate.STALL)
        while self.stalled:
            self.resume(self._dice.choice(self.stalled), _one_call())
        return run


def _shard(record: Record) -> int:
    return crc32(record.key[0].encode()) % 4


def _one_call() -> Plan:
    """The call that is pending goes, the next one stalls."""
    made: list[int] = []

    def meet(number: int, _name: str) -> Fate:
        made.append(number)
        return Fate.GO if made[0] == number else Fate.STALL

    return meet


@pytest.mark.parametrize("alike", [False, True], ids=["shards", "the same records"])
@pytest.mark.parametrize("seed", range(2))
def test_four_copies_at_once_say_it_once(seed: int, alike: bool) -> None:
    storm = Storm(FourCopies(seed, alike=alike), 30).is_swept()
    storm.breaks(storm.names[:24])
    storm.account.wait(SEEN)
    storm.is_mended(storm.names[:22])
    storm.account.wait(OVER)
    assert storm.told == [("open", "SC903", 24), ("resolved", "SC903", 0), ("digest", "", 2)]
    ids = [message.data["message_id"] for message in storm.account.topic.published]
    assert len(ids) == len(set(ids)) and storm.account.stream.given_up == []


def everything(account: Account) -> None:
    """Two services were wrong before scaudit came; then most of the others break, and most of those are mended."""
    storm = Storm(account, 30)
    before, rest = storm.names[:2], storm.names[2:26]
    storm.was_broken(before)
    account.wait(2 * SEEN)
    storm.breaks(rest)
    account.wait(SEEN)
    storm.is_mended(rest[:22])
    account.wait(OVER)
    storm.is_mended([*before, *rest])
    account.wait(OVER)


TOLD = [("baseline", "", 2), ("open", "SC903", 24), ("resolved", "SC903", 0), ("digest", "", 2)]
TOLD += [("resolved", "SC203", 0)] * 4


def test_everything_in_its_order() -> None:
    strike = Strike("notify")
    account = after(everything, strike, watched_before=False)
    assert [(m.data["state"], m.data["check"], m.data["affected"]["count"]) for m in account.topic.published] == TOLD
    assert account.oracle.lies == [] and account.oracle.open == set()


def test_a_kill_of_notify_loses_nothing_and_repeats_only_what_was_not_marked() -> None:
    smooth = Strike("notify")
    expected = told(after(everything, smooth, watched_before=False))
    for end in killed(everything, "notify", set(chosen(smooth.places)).__contains__, watched_before=False):
        assert end.lies == [] and end.lost == [], end.where
        assert end.told == expected, end.where
        assert max(end.said.values()) == (2 if end.may_repeat else 1), end.where


def chosen(places: list[Place]) -> list[Place]:
    """After every publish, and some at random; all of them for who has the time."""
    published = [place for place in places if place[1:] == ("sns:Publish", Fate.KILL_AFTER)]
    return places if LONG else [*published, *random.Random(5).sample(places, 8)]


def test_J8_an_outbreak_of_weeks_hides_nothing_that_begins_later() -> None:
    """Twenty-five of forty-five stay broken for two weeks. After three days three others break, and are mended."""
    storm = Storm(Account(), 45).is_swept()
    storm.breaks(storm.names[:25])
    storm.account.wait(SEEN)
    assert storm.told == [("open", "SC903", 25)]
    storm.account.sweep_every = 6 * 3600
    storm.account.wait(3 * 24 * 3600)
    told = storm.told
    assert ("digest", "", 25) in told, "the mute of a day is over"
    storm.breaks(storm.names[25:28])
    storm.account.wait(SEEN)
    assert storm.told[len(told) :].count(("open", "SC203", 1)) == 3
    storm.is_mended(storm.names[25:28])
    storm.account.wait(SEEN)
    assert storm.told[len(told) + 3 :].count(("resolved", "SC203", 0)) == 3
    storm.account.wait(11 * 24 * 3600)
    reminders = [each for each in storm.told if each[0] == "reminder"]
    assert 11 <= len(reminders) <= 14 and reminders[-1] == ("reminder", "", 26)


@pytest.mark.parametrize(
    ("services", "rolled"),
    [(20, False), (20, True), (1, False)],
    ids=["as after the installation", "rolled unseen", "of one service"],
)
def test_a_cluster_of_many_tasks_that_nobody_saw_yet_is_gone_through_within_the_time_that_a_run_has(
    services: int, rolled: bool
) -> None:
    """No event told of any of them. A run that takes longer is killed."""
    account, names = Account(), [f"web{n:02d}" for n in range(services)]
    account.was_watched_before()
    account.delays = lambda: [0] if rolled else []
    for name in names:
        account.estate.create(name, 2000 // services)
    if rolled:
        account.wait(4 * SWEEP_EVERY)
        account.delays = list
        for name in names:
            account.estate.roll(name)
    account.delays = lambda: [0]
    account.estate.register(account.estate.running(names[-1])[-1], Registered.WRONG_PORT)
    killed_at: list[str] = []

    def plan_for(function: str) -> Plan:
        ends = account.clock.now + timedelta(seconds=TIMEOUT)

        def meet(_number: int, _name: str) -> Fate:
            if account.clock.now < ends:
                return Fate.GO
            killed_at.append(function)
            return Fate.KILL_BEFORE

        return meet

    account.plan_for = plan_for
    account.wait(2 * SWEEP_EVERY)
    assert killed_at == [] and account.queue.dead == []
    assert [each.data["check"] for each in account.topic.published] == ["SC203"]
    swept = account.ledger.estate(REGION)[CLUSTER]
    assert (swept.tasks, swept.verified) == (2000, 2000)
