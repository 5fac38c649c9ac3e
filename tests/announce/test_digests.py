"""What is not said one by one: over budget, there before scaudit, still open after a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scaudit.announce.outbox import LEASE
from scaudit.announce.pool import BUDGET, WINDOW, Entry, Fate
from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState, Phase
from scaudit.model.places import Place
from scaudit.store.changes import Digest, DigestDue, IncidentChanged
from scaudit.store.items import Kept, Swept
from scaudit.store.keys import digests
from scaudit.store.table import encode
from tests.builders import REGION
from tests.fakes.desk import HOLD_DOWN, PLACE, SUBJECT, Desk, FastDesk, services
from tests.fakes.members import FAIL, PASS
from tests.fakes.stubbed import TABLE, Clock

STORM = digests(REGION)
DAY = timedelta(hours=24).total_seconds()


@pytest.fixture
def desk(dynamodb: Any, clock: Clock) -> FastDesk:
    return FastDesk(clock)


def now(desk: Desk, member: Member, **changes: Any) -> Member:
    return replace(member, observed_at=desk.clock() + timedelta(milliseconds=1), **changes)


def states(desk: Desk) -> list[tuple[str, int]]:
    return [(data["state"], data["affected"]["count"]) for data in desk.all_messages()]


def over_budget(desk: Desk, count: int) -> list[Place]:
    """So many services break, and more than the budget of the window: these are the ones too many."""
    places = services(BUDGET + count)
    for place in places:
        desk.sees(place, now(desk, FAIL))
    assert states(desk) == [("open", 1)] * BUDGET
    return places[BUDGET:]


def mended(desk: Desk, *places: Place) -> None:
    for place in places:
        desk.sees(place, now(desk, PASS))
    desk.clock.forward(HOLD_DOWN + 1)
    for place in places:
        desk.look(place)


# ---- over budget


def test_beyond_the_budget_one_digest_says_the_rest(desk: Desk) -> None:
    withheld = over_budget(desk, 5)
    assert len(desk.pool.waiting(REGION)) == 5
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    (digest,) = desk.all_messages()
    assert (digest["state"], digest["affected"]["count"]) == ("digest", 5)
    assert digest["subject"].endswith("5 further alerts in ap-northeast-1: 5 open")
    assert {entry["ecs_service"] for entry in digest["withheld"]} == {place.service for place in withheld}
    assert {desk.ledger.incident(place, SUBJECT).state.told_at for place in withheld} == {desk.clock()}
    desk.gathers(Digest.OVERFLOW)
    assert states(desk) == [] and desk.pool.waiting(REGION) == []


def test_a_digest_that_was_said_long_ago_makes_nothing_told_anew(desk: Desk) -> None:
    (place,) = over_budget(desk, 1)
    (entry,) = desk.pool.waiting(REGION)
    told = desk.ledger.incident(place, SUBJECT).state.told_at
    desk.ledger.heard(entry.incident, entry.withheld_at - timedelta(seconds=1), desk.clock())
    assert desk.ledger.incident(place, SUBJECT).state.told_at == told, "it was announced anew since"


def test_what_was_told_in_a_digest_is_resolved_like_the_rest(desk: Desk) -> None:
    (place,) = over_budget(desk, 1)
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    mended(desk, place)
    assert states(desk) == [("digest", 1), ("resolved", 0)]


def test_the_next_window_has_a_budget_of_its_own(desk: Desk) -> None:
    assert [desk.pool.spend(REGION, desk.clock()) for _ in range(BUDGET + 1)] == [True] * BUDGET + [False]
    desk.clock.forward(WINDOW)
    assert desk.pool.spend(REGION, desk.clock())


def test_what_opened_and_is_over_before_the_digest_is_not_in_it_at_all(desk: Desk) -> None:
    over, stays = over_budget(desk, 2)
    mended(desk, over)
    desk.gathers(Digest.OVERFLOW)
    (digest,) = desk.all_messages()
    assert [entry["ecs_service"] for entry in digest["withheld"]] == [stays.service]
    assert desk.ledger.incident(over, SUBJECT).state.told == 0


@pytest.mark.parametrize("rounds", [1, 2])
def test_what_is_said_when_it_comes_back_is_resolved_though_its_opening_before_was_taken_back(
    desk: Desk, rounds: int
) -> None:
    place, stays = over_budget(desk, 2)
    mended(desk, place)
    desk.gathers(Digest.OVERFLOW)
    assert [entry["ecs_service"] for entry in desk.all_messages()[0]["withheld"]] == [stays.service]
    for hours in (22, 24)[:rounds]:
        desk.clock.forward(3600)
        desk.sees(place, now(desk, FAIL))
        mended(desk, place)
        desk.look(place, after=hours * 3600)  # what came back is held down for longer
    told = desk.all_messages()
    assert [data["state"] for data in told] == ["open", "resolved"] * rounds
    again = [data["subject"].startswith("AGAIN") for data in told if data["state"] == "open"]
    assert again == [False, True][:rounds], "only of what was heard of"


def test_what_came_back_unheard_is_again_only_of_the_end_that_users_heard_of(desk: Desk) -> None:
    (place,) = services(1)
    desk.sees(place, now(desk, FAIL))
    mended(desk, place)
    heard = desk.ledger.incident(place, SUBJECT).state
    assert states(desk) == [("open", 1), ("resolved", 0)]
    for other in services(BUDGET + 1)[1:]:
        desk.sees(other, now(desk, FAIL))
    desk.all_messages()
    desk.sees(place, now(desk, FAIL))
    assert states(desk) == [], "it waits for a digest"
    desk.sees(place, now(desk, PASS))
    desk.look(place, after=24 * 3600)
    over = desk.ledger.incident(place, SUBJECT).state
    assert (states(desk), over.told_at, over.returns) == ([], None, 1)
    assert (
        over.resolved_at
        and heard.resolved_at
        and heard.resolved_at <= over.resolved_at < desk.clock() - timedelta(hours=23)
    )


def test_what_is_clear_when_the_digest_comes_waits_until_it_is_over_or_fails_again(desk: Desk) -> None:
    clear, again = over_budget(desk, 2)
    for place in (clear, again):
        desk.sees(place, now(desk, PASS))
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    assert states(desk) == []
    desk.sees(again, now(desk, FAIL))
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    assert states(desk) == [("digest", 1)]
    desk.look(clear, after=HOLD_DOWN)
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    assert states(desk) == [] and desk.pool.waiting(REGION) == []


def test_resolved_never_comes_before_the_digest_that_tells_of_the_opening(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest has taken the opening and is not published yet."""
    (place,) = over_budget(desk, 1)
    (entry,) = desk.pool.waiting(REGION)
    desk.pool.take(REGION, entry, Fate.TAKEN, desk.clock())
    mended(desk, place)
    assert states(desk) == []
    desk.gathers(Digest.OVERFLOW)
    (digest,) = desk.all_messages()
    assert [entry["state"] for entry in digest["withheld"]] == ["open", "resolved"]


def test_what_follows_something_that_waits_waits_with_it(desk: Desk) -> None:
    """A problem is over and comes back while its end still waits for a digest: nobody hears "resolved" last."""
    desk.sees(PLACE, now(desk, FAIL))
    monkey = [desk.pool.spend(REGION, desk.clock() + timedelta(seconds=HOLD_DOWN + 1)) for _ in range(BUDGET)]
    assert all(monkey)
    mended(desk, PLACE)
    desk.clock.forward(WINDOW)
    desk.sees(PLACE, now(desk, FAIL))
    assert states(desk) == [("open", 1)]
    desk.gathers(Digest.OVERFLOW)
    (digest,) = desk.all_messages()
    assert [entry["state"] for entry in digest["withheld"]] == ["resolved", "open"]


def crash(desk: Desk, monkeypatch: pytest.MonkeyPatch, saves: int, work: Callable[[], None]) -> None:
    """The process dies before it writes an incident once more."""
    save, left = desk.ledger.save, [saves]

    def dies(of: IncidentChanged | DigestDue, kept: Kept) -> bool:
        left[0] -= 1
        return save(of, kept) if left[0] >= 0 else exit("killed")

    with monkeypatch.context() as crash:
        crash.setattr(desk.ledger, "save", dies)
        with pytest.raises(SystemExit):
            work()


def test_a_crash_while_something_is_withheld_says_it_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for saves in (1, 2):  # before the digest is sent for; before the incident is marked
        place = services(BUDGET + 9)[BUDGET + saves]
        monkeypatch.setattr(desk.pool, "spend", lambda *_: False)
        crash(desk, monkeypatch, saves, lambda place=place: desk.sees(place, now(desk, FAIL)))
        desk.look(place, after=LEASE)
        desk.gathers(Digest.OVERFLOW, after=WINDOW)
        assert states(desk) == [("digest", 1)]
        desk.look(place)
        desk.gathers(Digest.OVERFLOW, after=WINDOW)
        assert states(desk) == [] and desk.pool.waiting(REGION) == []


def test_a_digest_that_crashes_is_repeated_to_the_letter(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    over_budget(desk, 2)
    desk.clock.forward(WINDOW)
    crash(desk, monkeypatch, 1, lambda: desk.gathers(Digest.OVERFLOW))
    monkeypatch.setattr(desk.pool, "spend", lambda *_: False)
    desk.sees(PLACE, now(desk, FAIL))  # comes into the pool meanwhile
    desk.gathers(Digest.OVERFLOW, after=LEASE)
    first, repeated, further = desk.all_messages()
    assert first == repeated and first["affected"]["count"] == 2
    assert [entry["ecs_service"] for entry in further["withheld"]] == ["web"]


def test_a_late_writer_does_not_put_back_what_its_digest_has_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One copy dies between putting something into the pool and marking it; the digest says it; the retry is silent."""
    monkeypatch.setattr(desk.pool, "spend", lambda *_: False)
    crash(desk, monkeypatch, 2, lambda: desk.sees(PLACE, now(desk, FAIL)))
    desk.gathers(Digest.OVERFLOW, after=1)
    assert states(desk) == [("digest", 1)]
    desk.look(PLACE, after=LEASE)
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    assert states(desk) == []


# ---- there before scaudit

BEFORE = replace(FAIL, baseline=True)


def test_what_was_there_already_comes_in_one_baseline_digest(desk: Desk) -> None:
    desk.ledger.swept(REGION, Swept("tutorial", 40, 400, 400, ("SC203",), desk.clock()))
    places = services(BUDGET + 5)
    for place in places:
        desk.sees(place, now(desk, BEFORE))
    desk.gathers(Digest.BASELINE, after=901)
    (baseline,) = desk.all_messages()
    assert (baseline["state"], baseline["affected"]["count"], len(baseline["withheld"])) == ("baseline", 25, 25)
    assert baseline["subject"] == ("scaudit now watches 40 services in ap-northeast-1; 25 problems were there already")
    assert {desk.ledger.incident(place, SUBJECT).state.told_at for place in places} == {desk.clock()}
    desk.gathers(Digest.BASELINE)
    assert states(desk) == [] and desk.pool.waiting(REGION) == []
    desk.sees(PLACE, now(desk, FAIL))
    assert states(desk) == [("open", 1)], "the budget is untouched"


def test_the_baseline_waits_for_a_quiet_quarter_of_an_hour_and_an_hour_at_most(desk: Desk) -> None:
    first, *others = services(9)
    desk.sees(first, now(desk, BEFORE))
    for place in others[:4]:
        desk.clock.forward(890)
        desk.sees(place, now(desk, BEFORE))
        desk.gathers(Digest.BASELINE)
        assert states(desk) == []
    desk.gathers(Digest.BASELINE, after=3600 - 4 * 890)
    assert states(desk) == [("baseline", 5)]
    desk.sees(others[4], now(desk, BEFORE))
    desk.gathers(Digest.BASELINE, after=899)
    assert states(desk) == []
    desk.gathers(Digest.BASELINE, after=2)
    assert states(desk) == [("baseline", 1)]


def test_a_later_sweep_does_not_make_news_of_the_baseline(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.clock.forward(600)
    desk.sees(PLACE, now(desk, FAIL))
    assert states(desk) == []


def test_what_the_baseline_told_is_announced_as_resolved(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.gathers(Digest.BASELINE, after=901)
    mended(desk, PLACE)
    assert states(desk) == [("baseline", 1), ("resolved", 0)]


def test_J15_what_the_baseline_told_is_told_alone_when_it_comes_back_within_a_day(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.gathers(Digest.BASELINE, after=901)
    mended(desk, PLACE)
    assert states(desk) == [("baseline", 1), ("resolved", 0)]
    desk.clock.forward(3600)
    desk.sees(PLACE, now(desk, FAIL))
    assert states(desk) == [("open", 1)]
    assert desk.ledger.incident(PLACE, SUBJECT).state.returns == 1


def test_what_is_mended_before_the_baseline_is_told_is_not_in_it(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    mended(desk, PLACE)
    desk.gathers(Digest.BASELINE, after=901)
    assert states(desk) == []
    over = desk.ledger.incident(PLACE, SUBJECT).state
    assert (over.phase, over.opened_at is None, over.told_at, over.resolved_at) == (Phase.QUIET, False, None, None)
    desk.sees(PLACE, now(desk, FAIL))
    assert [data["subject"].split()[0] for data in desk.all_messages()] == [f"{PLACE.name}:"]
    mended(desk, PLACE)
    assert states(desk) == [("resolved", 0)]


@pytest.mark.parametrize("saves", [0, 1])
def test_a_crash_while_an_opening_is_taken_back_leaves_it_unheard(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, saves: int
) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.sees(PLACE, now(desk, PASS))
    desk.clock.forward(HOLD_DOWN + 1)
    crash(desk, monkeypatch, saves, lambda: desk.look(PLACE))
    desk.look(PLACE, after=LEASE + 1)
    over = desk.ledger.incident(PLACE, SUBJECT).state
    assert (states(desk), over.phase, over.told_at, over.resolved_at) == ([], Phase.QUIET, None, None)


def test_a_new_failure_beside_the_baseline_speaks_at_once_and_is_not_told_again(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.sees(PLACE, now(desk, FAIL, id="new"))
    assert states(desk) == [("open", 2)]
    desk.gathers(Digest.BASELINE, after=901)
    assert states(desk) == []
    for id in (FAIL.id, "new"):
        desk.sees(PLACE, now(desk, PASS, id=id))
    desk.look(PLACE, after=HOLD_DOWN + 1)
    assert states(desk) == [("resolved", 0)]


def test_what_becomes_critical_after_the_baseline_told_it_is_told_at_once(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, replace(BEFORE, severity=Severity.ERROR)))
    desk.gathers(Digest.BASELINE, after=901)
    assert [data["severity"] for data in desk.all_messages()] == ["error"]
    desk.sees(PLACE, now(desk, FAIL, id="new", severity=Severity.CRITICAL))
    (rose,) = desk.all_messages()
    assert (rose["severity"], rose["affected"]["count"]) == ("critical", 2) and "now critical" in rose["subject"]
    desk.sees(PLACE, now(desk, FAIL, id="newer", severity=Severity.CRITICAL))
    assert states(desk) == []


def test_what_becomes_critical_while_the_baseline_is_being_sent_is_told_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sees(PLACE, now(desk, replace(BEFORE, severity=Severity.ERROR)))
    crash(desk, monkeypatch, 0, lambda: desk.gathers(Digest.BASELINE, after=901))
    assert states(desk) == []
    desk.sees(PLACE, now(desk, FAIL, id="new", severity=Severity.CRITICAL))
    assert states(desk) == []
    desk.gathers(Digest.BASELINE, after=LEASE)
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    baseline, digest = desk.all_messages()
    assert (baseline["state"], baseline["severity"]) == ("baseline", "error")
    assert [(each["state"], each["severity"]) for each in digest["withheld"]] == [("grew", "critical")]


def test_what_becomes_critical_while_the_baseline_waits_is_told_at_once_and_not_again_in_it(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, replace(BEFORE, severity=Severity.ERROR)))
    desk.clock.forward(60)
    desk.sees(PLACE, now(desk, replace(BEFORE, severity=Severity.CRITICAL)))
    (opened,) = desk.all_messages()
    assert (opened["state"], opened["severity"]) == ("open", "critical")
    desk.gathers(Digest.BASELINE, after=901)
    assert states(desk) == []


def test_what_becomes_critical_in_the_moment_that_the_baseline_takes_it_is_told_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sees(PLACE, now(desk, replace(BEFORE, severity=Severity.ERROR)))
    take = desk.pool.take

    def first(region: str, entry: Entry, fate: Fate, at: datetime) -> bool:
        monkeypatch.setattr(desk.pool, "take", take)
        desk.gathers(Digest.BASELINE, after=901)
        return take(region, entry, fate, at)

    monkeypatch.setattr(desk.pool, "take", first)
    desk.sees(PLACE, now(desk, FAIL, id="new", severity=Severity.CRITICAL))
    assert states(desk) == [("baseline", 1)]
    desk.look(PLACE, after=LEASE)
    (rose,) = desk.all_messages()
    assert (rose["state"], rose["severity"]) == ("grew", "critical")


def test_what_grows_after_the_baseline_told_it_is_told_within_the_pause_of_growth(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.gathers(Digest.BASELINE, after=901)
    assert states(desk) == [("baseline", 1)]
    for n in range(10):
        desk.sees(PLACE, now(desk, FAIL, id=f"new-{n}"))
    assert states(desk) == []
    desk.look(PLACE, after=3600)
    assert states(desk) == [("grew", 11)]


@pytest.mark.parametrize("days", [0, 40])
def test_a_new_failure_after_the_baseline_was_told_is_no_news(desk: FastDesk, days: int) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.gathers(Digest.BASELINE, after=901)
    assert states(desk) == [("baseline", 1)]
    if days:  # the mark in the pool is gone
        for entry in desk.pool.of(IncidentChanged(PLACE, SUBJECT)):
            desk.table.delete_item(TableName=TABLE, Key=encode({"pk": STORM.key, "sk": entry.key}))
    desk.clock.forward(days * DAY)
    desk.sees(PLACE, now(desk, FAIL, id="new"))
    desk.look(PLACE)
    assert states(desk) == []


def test_a_crash_while_a_new_failure_leaves_the_baseline_says_it_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    crash(desk, monkeypatch, 1, lambda: desk.sees(PLACE, now(desk, FAIL, id="new")))
    (first,) = desk.all_messages()
    desk.gathers(Digest.BASELINE, after=901)
    assert states(desk) == []
    desk.look(PLACE, after=LEASE)
    assert desk.all_messages() == [first]
    desk.look(PLACE)
    desk.gathers(Digest.BASELINE, after=901)
    assert states(desk) == []


# ---- still open


def remind(desk: Desk, after: float) -> list[tuple[str, int]]:
    """What a sweep so many seconds later makes notify say."""
    desk.gathers(Digest.REMINDER, after=after)
    return states(desk)


def test_what_is_open_for_a_day_is_reminded_of_once_a_day(desk: Desk) -> None:
    first, second, mends = services(3)
    desk.sees(first, now(desk, FAIL))
    desk.clock.forward(3600)
    desk.sees(second, now(desk, FAIL))
    desk.sees(mends, now(desk, FAIL))
    mended(desk, mends)
    assert states(desk) == [("open", 1)] * 3 + [("resolved", 0)]
    assert remind(desk, DAY - 3600 - HOLD_DOWN - 60) == []
    assert remind(desk, 60) == [("reminder", 2)]
    assert remind(desk, DAY - 1) == []
    assert remind(desk, 1) == [("reminder", 2)]


def test_a_reminder_says_what_and_since_when(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, FAIL))
    desk.all_messages()
    desk.gathers(Digest.REMINDER, after=2 * DAY)
    (told,) = desk.all_messages()
    assert told["subject"] == "scaudit: 1 problem still open in ap-northeast-1, the oldest for 2 days"
    (open,) = told["open"]
    assert (open["check"], open["ecs_service"], open["since"]) == ("SC203", "web", "2026-11-23T12:00:00+00:00")


def test_nothing_open_or_nothing_told_is_nothing_to_remind_of(desk: Desk) -> None:
    assert remind(desk, DAY) == []
    desk.sees(PLACE, now(desk, FAIL, suppressed=True))
    assert remind(desk, 2 * DAY) == []


def test_what_is_not_told_yet_is_not_reminded_of(dynamodb: Any, clock: Clock) -> None:
    desk = FastDesk(clock, gather=60)
    told, gathers = services(2)
    desk.sees(told, now(desk, FAIL))
    desk.look(told, after=61)
    desk.clock.forward(DAY)
    desk.sees(gathers, now(desk, FAIL))
    desk.all_messages()
    assert remind(desk, 10) == [("reminder", 1)]


def test_what_still_waits_for_its_digest_is_not_reminded_of(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    assert remind(desk, DAY + 1) == []
    desk.gathers(Digest.BASELINE)
    assert states(desk) == [("baseline", 1)]
    assert remind(desk, DAY + 1) == [("reminder", 1)]


def test_a_reminder_that_crashes_is_repeated_to_the_letter_and_then_waits_a_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sees(PLACE, now(desk, FAIL))
    desk.clock.forward(DAY)
    desk.all_messages()
    crash(desk, monkeypatch, 1, lambda: desk.gathers(Digest.REMINDER))
    desk.sees(services(1)[0], now(desk, FAIL))
    desk.gathers(Digest.REMINDER, after=LEASE)
    first, opened, repeated = desk.all_messages()
    assert first == repeated and (first["state"], opened["state"]) == ("reminder", "open")
    assert remind(desk, DAY - LEASE - 60) == []
    assert remind(desk, 60) == [("reminder", 2)]


def test_a_lost_task_of_the_baseline_is_still_baseline(desk: Desk) -> None:
    desk.sees(PLACE, now(desk, BEFORE))
    desk.ledger.lose(PLACE, SUBJECT, FAIL.id, desk.clock() + timedelta(seconds=1))
    (member,) = desk.ledger.members(PLACE, SUBJECT)
    assert (member.state, member.baseline) == (MemberState.LOST, True)
