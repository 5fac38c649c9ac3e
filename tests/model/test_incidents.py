"""The life of an incident, as a function of its members."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.model import Severity
from scaudit.model.incidents import EVERY_TASK, Incident, Member, MemberState, News, Phase
from scaudit.model.life import Step, closed_because, step
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
NONE = Incident()


def member(id: str, state: str, created: float = -20, seen: float = 0, **changes: object) -> Member:
    """`created` and `seen` are minutes from now."""
    told = Member(id, MemberState(state), NOW + seen * MINUTE, Severity.CRITICAL, "wrong", since=NOW)
    return replace(told, task_created_at=NOW + created * MINUTE, **changes)


def derive(*members: Member, incident: Incident = NONE, at: float = 0, alert: Severity | None = Severity.ERROR) -> Step:
    return step(members, incident, NOW + at * MINUTE, hold_down=600, alert_severity=alert)


OPEN = derive(member("a", "fail")).incident
CLEAR = derive(member("a", "pass"), incident=OPEN).incident


@pytest.mark.parametrize("state", ["fail", "lost"])
def test_it_opens_with_the_first_failing_or_lost_member_and_says_so_once(state: str) -> None:
    opened = derive(member("a", state), member("b", "pass", created=-30))
    assert (opened.news, opened.incident.phase, opened.incident.episode) == ("opened", Phase.OPEN, 1)
    assert derive(member("a", state), member("b", state), incident=opened.incident).news == ""


def test_nothing_failing_is_no_incident() -> None:
    assert derive() == Step(Incident())
    assert derive(member("a", "pass")) == Step(Incident())


def test_it_clears_when_no_member_fails_and_is_resolved_after_the_hold_down() -> None:
    clear = derive(member("a", "pass"), incident=OPEN)
    assert (clear.news, clear.incident.phase, clear.look_again) == ("", Phase.CLEAR, 601)
    still = derive(member("a", "pass"), incident=clear.incident, at=9.99)
    assert (still.news, still.incident.phase) == ("", Phase.CLEAR)
    over = derive(member("a", "pass"), incident=clear.incident, at=10)
    assert (over.news, over.incident.phase, over.incident.told) == ("resolved", Phase.QUIET, 0)


@pytest.mark.parametrize("told", [1, 0])
def test_of_what_is_over_it_is_kept_from_when_to_when_it_was_how_bad_and_when_it_was_told(told: int) -> None:
    critical = replace(CLEAR, told=told, told_at=NOW if told else None, severity=Severity.CRITICAL)
    over = derive(member("a", "pass"), incident=critical, at=10).incident
    assert (over.phase, over.opened_at, over.clear_since) == (Phase.QUIET, CLEAR.opened_at, CLEAR.clear_since)
    assert (over.severity, over.told_at, over.told) == (Severity.CRITICAL, critical.told_at, 0)
    again = derive(member("b", "fail", severity=Severity.ERROR), incident=over, at=3000).incident
    assert (again.opened_at, again.severity) == (NOW, Severity.ERROR), "of itself"


def test_one_of_several_passing_clears_nothing() -> None:
    assert derive(member("a", "pass"), member("b", "fail"), incident=OPEN) == Step(OPEN)


def test_a_failure_during_the_hold_down_continues_the_same_incident_silently() -> None:
    again = derive(member("a", "pass"), member("b", "fail"), incident=CLEAR, at=5)
    assert (again.news, again.incident) == ("", OPEN)


@pytest.mark.parametrize(("hours", "episode", "returns"), [(1, 1, 1), (23.9, 1, 1), (24.2, 2, 0)])
def test_what_comes_back_within_a_day_is_the_same_episode(hours: float, episode: int, returns: int) -> None:
    quiet = derive(member("a", "pass"), incident=CLEAR, at=10).incident
    again = derive(member("b", "fail"), incident=quiet, at=hours * 60)
    assert (again.news, again.incident.episode, again.incident.returns) == ("opened", episode, returns)


def test_what_came_back_unheard_is_still_the_episode_that_users_know() -> None:
    quiet = derive(member("a", "pass"), incident=CLEAR, at=10).incident
    unheard = step([member("b", "fail")], quiet, NOW + 20 * MINUTE, hold_down=0, alert_severity=None).incident
    over = derive(member("b", "pass"), incident=replace(unheard, calm=timedelta(0)), at=40)
    over = derive(member("b", "pass"), incident=over.incident, at=60)
    assert (over.news, over.incident.resolved_at) == ("", NOW + 10 * MINUTE)


def test_a_task_that_merely_stops_does_not_clear() -> None:
    assert derive(member("a", "lost"), incident=OPEN).incident.phase is Phase.OPEN


def test_a_sibling_older_than_the_lost_task_does_not_clear() -> None:
    assert derive(member("a", "lost"), member("b", "pass", created=-21), incident=OPEN).incident.phase is Phase.OPEN


def test_a_newer_task_that_passes_clears_and_settles_the_lost_one() -> None:
    members = member("a", "lost"), member("b", "pass", created=-5, seen=20)
    clear = derive(*members, incident=OPEN, at=20)
    assert clear.incident.phase is Phase.CLEAR
    over = derive(*members, incident=clear.incident, at=30)
    assert (over.news, [m.id for m in over.settled]) == ("resolved", ["a"])


@pytest.mark.parametrize(
    ("changes", "alert"),
    [
        ({"severity": Severity.WARNING}, Severity.ERROR),
        ({"caused_by": "SC102"}, Severity.ERROR),
        ({"suppressed": True}, Severity.ERROR),
        ({}, None),
    ],
    ids=["below AlertSeverity", "explained by another", "suppressed", "AlertSeverity none"],
)
def test_it_is_kept_but_not_announced(changes: dict, alert: Severity | None) -> None:
    kept = derive(member("a", "fail", **changes), alert=alert)
    assert (kept.news, kept.incident.phase, kept.incident.told) == ("", Phase.OPEN, 0)
    clear = derive(member("a", "pass"), incident=kept.incident, alert=alert).incident
    assert derive(member("a", "pass"), incident=clear, at=11, alert=alert).news == ""


@pytest.mark.parametrize("changes", [{"caused_by": "SC102"}, {"suppressed": True}], ids=["cause", "suppression"])
def test_it_is_announced_when_what_kept_it_silent_ends_and_it_does_not(changes: dict) -> None:
    kept = derive(member("a", "fail", **changes)).incident
    assert derive(member("a", "fail"), incident=kept, at=3).news == "opened"


def many(count: int) -> list[Member]:
    return [member(str(n), "fail") for n in range(count)]


@pytest.mark.parametrize(
    ("count", "minutes", "news"),
    [(19, 61, News.NONE), (20, 59, News.NONE), (20, 60, News.GREW), (200, 60, News.GREW)],
)
def test_tenfold_growth_is_announced_at_most_hourly(count: int, minutes: float, news: News) -> None:
    opened = derive(*many(2)).incident
    found = derive(*many(count), incident=opened, at=minutes)
    assert found.news is news
    if news:
        assert (found.incident.told, found.incident.growths) == (count, 1)
        assert derive(*many(count), incident=found.incident, at=minutes + 61).news is News.NONE


def test_growth_counts_from_the_last_announcement() -> None:
    opened = derive(*many(2)).incident
    grew = derive(*many(20), incident=opened, at=60).incident
    assert derive(*many(199), incident=grew, at=200).news is News.NONE
    assert derive(*many(200), incident=grew, at=119).news is News.NONE
    assert derive(*many(200), incident=grew, at=120).incident.growths == 2


def test_an_hour_later_a_sweep_that_saw_every_task_pass_clears_a_lost_one() -> None:
    early, late = member(EVERY_TASK, "pass", created=59, seen=59), member(EVERY_TASK, "pass", created=61, seen=61)
    assert derive(member("a", "lost"), early, incident=OPEN, at=61).incident.phase is Phase.OPEN
    assert derive(member("a", "lost"), late, incident=OPEN, at=61).incident.phase is Phase.CLEAR


def test_a_closed_member_does_not_fail_any_more_and_says_why() -> None:
    members = member("a", "closed", closed_because="service deleted"), member("b", "pass")
    clear = derive(*members, incident=OPEN)
    over = derive(*members, incident=clear.incident, at=10)
    assert (over.news, [m.id for m in over.settled], closed_because(members)) == ("resolved", ["a"], "service deleted")


def test_what_was_closed_before_the_last_of_it_passed_did_not_end_it() -> None:
    """Scaled to zero, and back within the hold-down, as wrong as before; then it was mended."""
    closed = member("a", "closed", seen=5, closed_because="service scaled to zero")
    assert closed_because([closed, member("b", "pass", seen=30)]) == ""
    assert closed_because([closed, member("b", "pass", seen=4)]) == "service scaled to zero"
    later = member("c", "closed", seen=40, closed_because="service deleted")
    assert closed_because([closed, later, member("b", "pass", seen=30)]) == "service deleted"


def test_since_is_when_the_first_member_began_to_fail() -> None:
    early = member("b", "fail", since=NOW - 3 * MINUTE)
    assert derive(member("a", "fail"), early).incident.opened_at == NOW - 3 * MINUTE


@pytest.mark.parametrize(("seconds", "news", "look"), [(0, News.NONE, 61), (59, News.NONE, 2), (60, News.OPENED, None)])
def test_an_opening_waits_for_those_that_fail_alike(seconds: float, news: News, look: int | None) -> None:
    def gather(incident: Incident, seconds: float) -> Step:
        at = NOW + timedelta(seconds=seconds)
        return step(many(3), incident, at, hold_down=600, alert_severity=Severity.ERROR, gather=60)

    found = gather(gather(NONE, 0).incident, seconds)
    assert (found.news, found.look_again, found.incident.phase) == (news, look, Phase.OPEN)
    late = gather(NONE, 3600)
    assert (late.news, late.look_again) == (News.NONE, 61), "it is on record only now: so may be what broke with it"


@pytest.mark.parametrize("quiet", [{"caused_by": "SC102"}, {"suppressed": True}])
def test_what_becomes_worth_telling_waits_from_then_on(quiet: dict) -> None:
    kept = step([member("a", "fail", **quiet)], NONE, NOW, hold_down=600, alert_severity=Severity.ERROR, gather=60)
    assert (kept.incident.noticed_at, kept.look_again) == (None, None)
    later = NOW + timedelta(hours=1)
    loud = step([member("a", "fail")], kept.incident, later, hold_down=600, alert_severity=Severity.ERROR, gather=60)
    assert (loud.incident.noticed_at, loud.look_again, loud.incident.opened_at) == (later, 61, NOW)


def test_an_incident_has_the_severity_of_its_worst_loud_member() -> None:
    members = (
        member("a", "fail", severity=Severity.ERROR),
        member("b", "fail", severity=Severity.CRITICAL, suppressed=True),
    )
    assert derive(*members).incident.severity is Severity.ERROR


def test_only_what_was_there_before_scaudit_is_baseline() -> None:
    def opening(*baseline: bool, **changes: object) -> bool:
        members = [member(str(n), "fail", baseline=each) for n, each in enumerate(baseline)]
        return derive(*members, member("silent", "fail", suppressed=True), **changes).incident.baseline

    assert opening(True, True) and not opening(True, False) and not opening(False)


def test_a_baseline_opening_that_others_join_opens_again_and_once() -> None:
    before = member("a", "fail", baseline=True)
    opened = derive(before)
    assert (opened.news, opened.incident.baseline) == (News.OPENED, True)
    assert derive(before, member("b", "fail", baseline=True), incident=opened.incident, at=5).news is News.NONE
    joined = derive(before, member("b", "fail"), incident=opened.incident, at=5)
    assert (joined.news, joined.incident.baseline, joined.incident.told) == (News.OPENED, False, 2)
    assert joined.incident.noticed_at == NOW + 5 * MINUTE and joined.incident.opened_at == NOW
    assert derive(before, member("b", "fail"), incident=joined.incident, at=6).news is News.NONE
    assert derive(before, incident=joined.incident, at=6).news is News.NONE


def test_what_was_told_before_it_was_noted_when_did_not_just_begin() -> None:
    """Incidents on record from before there was `noticed_at`, or whose suppression has ended."""
    old = Incident(Phase.OPEN, 1, NOW, told=1, told_at=NOW)
    assert derive(member("a", "fail"), incident=old, at=90).incident.noticed_at == NOW


def test_what_passes_while_members_are_gathered_is_never_announced() -> None:
    opened = step(many(1), NONE, NOW, hold_down=600, alert_severity=Severity.ERROR, gather=60).incident
    clear = derive(member("0", "pass"), incident=opened)
    assert derive(member("0", "pass"), incident=clear.incident, at=11).news is News.NONE
